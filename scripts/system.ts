/** Debian packages that suites and benchmarks use, each with the shell command that proves it works. */
const proofs = {
  nginx: "nginx -v",
  wrk: "wrk -v | grep -q '^wrk '",
  chromium: "chromium --version",
  postgresql: "ls /usr/lib/postgresql/*/bin/postgres",
  "redis-server": "redis-server --version",
  prometheus: "prometheus --version",
  "prometheus-alertmanager": "prometheus-alertmanager --version",
} as const satisfies Record<string, string>;

export type SystemPackage = keyof typeof proofs;

/** Longest that one proof may take, in milliseconds; a cold Chromium needs a few seconds. */
const proofTimeoutMs = 20_000;
/** Longest that one apt-get may take, in milliseconds. */
const aptTimeoutMs = 300_000;
/** Time apt-get waits for another package manager to let go of its lock, in seconds. */
const aptLockTimeoutS = 60;

const environment = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`, DEBIAN_FRONTEND: "noninteractive" };

/** Runs a command to its end; true when it exits with 0 in time. */
function succeeds(command: string[], timeoutMs: number, shownOutput: "ignore" | "inherit" = "ignore"): boolean {
  return Bun.spawnSync(command, { env: environment, stdin: "ignore", stdout: "ignore", stderr: shownOutput, timeout: timeoutMs }).exitCode === 0;
}

function isThere(name: SystemPackage): boolean {
  return succeeds(["sh", "-c", proofs[name]], proofTimeoutMs);
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && Bun.which("apt-get") !== null;
}

function aptGet(...words: string[]): boolean {
  const options = ["-qq", "-o", `DPkg::Lock::Timeout=${aptLockTimeoutS}`, "-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=2"];
  return succeeds(["apt-get", ...options, ...words], aptTimeoutMs, "inherit");
}

/**
 * Makes sure that Debian packages are there: installs missing ones as root on Debian, otherwise says what is missing.
 *
 * @returns the packages that are still missing, which the caller must count as skipped, never as passed
 */
export async function ensureSystem(names: readonly SystemPackage[]): Promise<{ missing: SystemPackage[] }> {
  const absent = names.filter((name) => !isThere(name));
  if (absent.length === 0) return { missing: [] };
  if (mayInstall()) {
    console.error(`Installing from Debian: ${absent.join(", ")} …`);
    aptGet("update");
    aptGet("install", "-y", "--no-install-recommends", ...absent);
  }
  const missing = absent.filter((name) => !isThere(name));
  if (missing.length > 0) {
    console.error(
      `\n!!! MISSING from this system: ${missing.join(", ")}\n!!! Install with: sudo apt-get install -y --no-install-recommends ${missing.join(" ")}\n`,
    );
  }
  return { missing };
}
