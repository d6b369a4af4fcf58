import { expect, test } from "bun:test";
import { waitUntil } from "../../tests/harness/wait-until.ts";
import { createHeartbeatPing } from "./heartbeat-ping.ts";

test("somebody elsewhere is called again and again while the desk is well, and never while it is not", async () => {
  let [calls, isWell] = [0, true];
  const results: boolean[] = [];
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(null, { status: ++calls === 2 ? 500 : 204 }) });
  const ping = createHeartbeatPing({
    address: `http://127.0.0.1:${server.port}/ping`,
    firstAfterMs: 1,
    everyMs: 20,
    isWell: () => isWell,
    onResult: (isOk) => results.push(isOk),
  });
  ping.start();
  await waitUntil("three calls", 5_000, () => results.length >= 3);
  isWell = false;
  await waitUntil("the last answer", 5_000, () => results.length === calls);
  const before = calls;
  await Bun.sleep(100); // five more would have come
  ping.stop();
  await server.stop(true);
  expect(calls).toBe(before);
  expect(results.slice(0, 3)).toEqual([true, false, true]);
});
