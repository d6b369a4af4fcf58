import { expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { databaseName } from "../../src/storage/sqlite/open.ts";
import { startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

/** Opens the store as a person with a database shell does, looks, writes nothing, and closes it. */
const look = 'const { Database } = require("bun:sqlite"); const d = new Database(process.argv[1]); d.query("SELECT count(*) FROM links").get(); d.close();';
/** Pages of log that the first part of its index tells; the next part is there only if nobody cut it off. */
const indexedPages = 4_062;
const pageBytes = 4_120;
const linksMost = 9_000;

/** Start of each lock that a process holds on a file. */
function locksOf(pid: number, file: string): number[] {
  const { ino } = statSync(file);
  const lines = readFileSync("/proc/locks", "utf8").split("\n");
  return lines.flatMap((line) => {
    const [, , , , owner, place = "", start] = line.trim().split(/\s+/);
    return owner === String(pid) && place.endsWith(`:${ino}`) ? [Number(start)] : [];
  });
}

test("another process may open the store while the service serves: its locks stay, it does not die, and nothing answered is lost", async () => {
  using folder = temporaryFolder();
  await using service = await startRunningService({ folder: folder.path });
  const database = join(folder.path, databaseName);
  await service.send("POST", "/users", { body: { username: "ann", email: "ann@example.com" } });
  const link = await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com" } });
  // The byte that says that somebody uses the shared memory (https://sqlite.org/src, UNIX_SHM_DMS) stays locked while background work goes on.
  for (let attempt = 0; attempt < 20; attempt++) {
    await Bun.sleep(50);
    expect(locksOf(service.pid, `${database}-shm`)).toContain(128);
  }
  let made = 0;
  const logPages = (): number => statSync(`${database}-wal`).size / pageBytes;
  const makeLinks = async (): Promise<void> => {
    const bodies = Array.from({ length: 10 }, () => ({ user_id: 1, original_url: `https://example.com/${++made}` }));
    const replies = await Promise.all([...bodies.map((body) => service.send("POST", "/urls", { body })), service.send("GET", `/${link.json.short_code}`)]);
    expect(replies.map(({ status }) => status)).toEqual([...bodies.map(() => 201), 302]);
  };
  while (made < linksMost && logPages() < indexedPages + 200) await makeLinks();
  expect(logPages()).toBeGreaterThan(indexedPages);
  expect(Bun.spawnSync([process.execPath, "-e", look, database], { timeout: 10_000 }).exitCode).toBe(0);
  for (let round = 0; round < 20; round++) await makeLinks();
  expect((await service.send("GET", "/urls?per_page=1")).headers.get("x-total-count")).toBe(String(made + 1));
  const clicks = async (): Promise<number> => (await service.send("GET", "/urls/1")).json.clicks;
  await waitUntil("the clicks are counted", 10_000, async () => (await clicks()) === made / 10);
  expect(await service.stop()).toBe(0);
}, 120_000);
