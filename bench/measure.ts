import { cpuTimeUs, residentMb } from "./process-cost.ts";
import type { PinnedServer } from "./pinned-server.ts";
import { median } from "./text-table.ts";
import { runWrk, type Load } from "./wrk.ts";

/** What one round of load showed of one server. */
export interface Measurement {
  requestsPerSecond: number;
  cpuUsPerRequest: number;
  p50Us: number;
  p99Us: number;
  p999Us: number;
  residentMb: number;
  requests: number;
  failed: number;
}

/** Longest that a server may work on by itself after its start, in milliseconds. */
const settleTimeoutMs = 300_000;
/** A server is at rest when it used less than a twentieth of a core for this long, in milliseconds. */
const restMs = 500;

/**
 * Waits until a server has finished what it does by itself after a start, so that it is not counted as the cost of requests.
 *
 * @returns how long that took, in milliseconds
 * @throws Error when it does not come to rest
 */
export async function waitUntilAtRest(server: PinnedServer): Promise<number> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < settleTimeoutMs) {
    const beforeUs = cpuTimeUs(server.pid);
    await Bun.sleep(restMs);
    if (cpuTimeUs(server.pid) - beforeUs < restMs * 50) return performance.now() - startedMs - restMs;
  }
  throw new Error(`${server.name} was still at work ${settleTimeoutMs / 1000} s after its start`);
}

/** Loads a server once and measures its CPU time, latencies and memory meanwhile. */
export async function measureOnce(server: PinnedServer, load: Omit<Load, "url">): Promise<Measurement> {
  const beforeUs = cpuTimeUs(server.pid);
  const { requests, durationUs, failed, p50Us, p99Us, p999Us } = await runWrk({ ...load, url: server.url });
  const usedUs = cpuTimeUs(server.pid) - beforeUs;
  const residentNow = residentMb(server.pid);
  return {
    requests,
    failed,
    p50Us,
    p99Us,
    p999Us,
    requestsPerSecond: requests / (durationUs / 1_000_000),
    cpuUsPerRequest: usedUs / requests,
    residentMb: residentNow,
  };
}

/** The middle of every number over the rounds; failures are added up. */
export function summarize(rounds: Measurement[]): Measurement {
  const middle = (name: keyof Measurement): number => median(rounds.map((round) => round[name]));
  return {
    requestsPerSecond: middle("requestsPerSecond"),
    cpuUsPerRequest: middle("cpuUsPerRequest"),
    p50Us: middle("p50Us"),
    p99Us: middle("p99Us"),
    p999Us: middle("p999Us"),
    residentMb: middle("residentMb"),
    requests: rounds.reduce((sum, { requests }) => sum + requests, 0),
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/**
 * Measures servers in turn, A B C A B C …, so that a slow minute of the machine hits all of them.
 * A short round before the first is not counted: caches fill and code gets compiled.
 *
 * @returns the rounds of each server, by its name
 */
export async function measureInTurn(
  servers: PinnedServer[],
  loadOf: (server: PinnedServer, round: number) => Omit<Load, "url">,
  rounds: number,
): Promise<Map<string, Measurement[]>> {
  const measured = new Map<string, Measurement[]>(servers.map(({ name }) => [name, []]));
  for (const server of servers) {
    await waitUntilAtRest(server);
    await runWrk({ ...loadOf(server, 0), url: server.url, seconds: 1 });
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const server of servers) {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[Kround ${round} of ${rounds}: ${server.name}`);
      measured.get(server.name)?.push(await measureOnce(server, loadOf(server, round)));
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  return measured;
}
