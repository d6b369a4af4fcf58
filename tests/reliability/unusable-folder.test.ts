import { expect, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attemptStart, startRunningService } from "../harness/running-service.ts";
import { canMount, makeSmallDisk } from "./small-disk.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

const main = join(import.meta.dir, "../../src/main.ts");
const nobody = 65_534;

/** Words that run a command as a user whom permissions bind; null where root cannot become one. */
const asUser: readonly string[] | null = (() => {
  if (process.getuid?.() !== 0) return [];
  const words = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
  try {
    if (Bun.spawnSync([...words, process.execPath, main, "--version"], { stdout: "ignore", stderr: "ignore" }).success) return words;
  } catch {
    // There is no setpriv here.
  }
  console.warn("!!! tests of permissions are SKIPPED: this process is root, whom permissions do not bind, and cannot run the service as nobody");
  return null;
})();

/** The one sentence of a refused start. */
async function refusalOf(folder: string, before: readonly string[] = []): Promise<string> {
  const { status, output, errors } = await attemptStart({ folder, before });
  expect({ status, output, errors }).toEqual({ status: 78, output: "", errors: expect.stringMatching(/^srenity serve: [^\n]+\.\n$/) });
  expect(errors).toContain(folder);
  return errors;
}

test.skipIf(!canMount)("a start on a read-only disk is refused with a sentence that says to mount it for writing", async () => {
  using disk = makeSmallDisk(4);
  disk.makeReadOnly();
  expect(await refusalOf(disk.path)).toContain("read-only");
});

test.skipIf(!canMount)("a store on a disk that has become read-only is refused, and starts when it is writable again", async () => {
  using disk = makeSmallDisk(4);
  await using service = await startRunningService({ folder: disk.path });
  await service.stop();
  disk.makeReadOnly();
  expect(await refusalOf(disk.path)).toContain("read-only");
  disk.makeWritable();
  await using again = await startRunningService({ folder: disk.path, settings: { DISK_FREE_MB: "1" } });
  expect((await again.send("GET", "/ready")).status).toBe(200);
});

test.skipIf(asUser === null)(
  "a data folder that may not be read, and one that may not be written, are refused with a sentence that says to change the permissions",
  async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    for (const [name, mode] of [
      ["unreadable", 0o300],
      ["unwritable", 0o500],
      ["closed", 0o000],
    ] as const) {
      const path = join(folder.path, name);
      mkdirSync(path);
      if (asUser?.length) chownSync(path, nobody, nobody);
      chmodSync(path, mode);
      expect(await refusalOf(path, asUser ?? [])).toContain("change its permissions");
      chmodSync(path, 0o700);
    }
  },
);

test.skipIf(asUser === null)(
  "a database, spool or lock file that may not be written is refused with a sentence that says to change the permissions",
  async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const path = join(folder.path, "store");
    mkdirSync(path);
    if (asUser?.length) chownSync(path, nobody, nobody);
    await using service = await startRunningService({ folder: path, before: asUser ?? [] });
    await service.stop();
    for (const name of ["srenity.db", "spool.db", "serving.lock"]) {
      chmodSync(join(path, name), 0o400);
      const sentence = await refusalOf(path, asUser ?? []);
      expect(sentence).toContain(name);
      expect(sentence).toContain("permissions");
      chmodSync(join(path, name), 0o600);
    }
  },
);

test("a DATA_DIR that is a file, or lies below one, is refused and the file is left alone", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "file");
  writeFileSync(file, "mine");
  expect(await refusalOf(file)).toContain("is no folder");
  expect(await refusalOf(join(file, "below"))).toContain("is no folder");
  expect(await Bun.file(file).text()).toBe("mine");
});

test("a data folder that does not exist yet is made, with what lies above it", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "deep", "er");
  await using service = await startRunningService({ folder: path });
  expect((await service.send("GET", "/health")).status).toBe(200);
  expect(existsSync(join(path, "srenity.db"))).toBe(true);
});
