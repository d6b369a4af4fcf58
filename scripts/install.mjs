// Runs before every other npm script, on plain Node: installs the dependencies when something is missing or out of date.
import { spawnSync } from "node:child_process";
import { rmSync, statSync, utimesSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = join(root, "package-lock.json");
const installedLockFile = join(root, "node_modules", ".package-lock.json");
const runtime = join(root, "node_modules", "bun", "bin", "bun.exe");

/** Longest that npm may take, in milliseconds: a slow line downloads 200 MB in less. */
const installTimeoutMs = 600_000;
/** Longest that `bun --version` may take, in milliseconds. */
const probeTimeoutMs = 10_000;

/** Modification time in milliseconds since 1970, or 0 when there is no such file. */
function modifiedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function doesRuntimeRun() {
  return spawnSync(runtime, ["--version"], { stdio: "ignore", timeout: probeTimeoutMs }).status === 0;
}

/** Why an installation is due, or null. */
function reasonToInstall() {
  const installedMs = modifiedMs(installedLockFile);
  if (installedMs === 0) return "node_modules is missing";
  if (modifiedMs(lockFile) > installedMs) return "package-lock.json has changed";
  return doesRuntimeRun() ? null : "Bun does not run";
}

/** The npm that runs this script, or the one on the path. */
function npmCommand() {
  const running = process.env.npm_execpath ?? "";
  return basename(running).startsWith("npm-cli") ? [process.execPath, running] : ["npm"];
}

function stop(sentence) {
  console.error(`\n${sentence}`);
  process.exit(1);
}

function install() {
  const [command, ...first] = npmCommand();
  const result = spawnSync(command, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    timeout: installTimeoutMs,
  });
  if (result.error?.code === "ENOENT") stop("npm was not found. Install Node.js 20 or newer together with npm, then run this again.");
  if (result.error?.code === "ETIMEDOUT") stop(`npm ci did not finish within ${installTimeoutMs / 60_000} minutes. Check the network, then run this again.`);
  if (result.status !== 0) {
    // A half-made folder must not look finished the next time.
    rmSync(installedLockFile, { force: true });
    stop("npm ci failed; its message is above. Most often the registry cannot be reached (offline, or a proxy is needed). Then run this again.");
  }
}

const reason = reasonToInstall();
if (reason !== null) {
  console.log(`Installing dependencies with npm ci, because ${reason} …`);
  install();
  // Some versions of npm skip a package's install script; Bun's can be run by hand.
  if (!doesRuntimeRun()) spawnSync(process.execPath, [join(root, "node_modules", "bun", "install.js")], { stdio: "inherit", timeout: installTimeoutMs });
  if (!doesRuntimeRun()) stop(`Bun was installed but does not run on this system (${process.platform} ${process.arch}).`);
  const now = new Date();
  utimesSync(installedLockFile, now, now);
}
