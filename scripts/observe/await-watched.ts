import { OperatorError } from "../../src/errors.ts";

/** Prometheus takes five seconds to find its targets; longest wait until all are seen, in milliseconds. */
const seenTimeoutMs = 40_000;
/** What fires longer than this once all are seen has another cause, and is news; in milliseconds. */
const settleTimeoutMs = 10_000;
const askEveryMs = 250;
const answerTimeoutMs = 10_000;
/** How long the silence lasts at most, in milliseconds, should nobody be left to end it. */
const silenceMs = 60_000;

interface WatchedParts {
  prometheus: string;
  alertmanager: string;
  nowMs: () => number;
}

/**
 * Waits until Prometheus sees every target. Until then an alert whose `for` is shortened would say that what just starts is down, so
 * all but the heartbeat is silenced meanwhile.
 *
 * @throws OperatorError when a target is not seen in time
 */
export async function awaitWatched(parts: WatchedParts): Promise<void> {
  const endSilence = await silenceAll(parts);
  try {
    const unseen = await waitForNone(seenTimeoutMs, () => findUnseen(parts.prometheus));
    if (unseen.length > 0) throw new OperatorError(`Prometheus does not see ${unseen.join(", nor ")}.`);
    await waitForNone(settleTimeoutMs, () => findFiring(parts.alertmanager));
  } finally {
    await endSilence();
  }
}

/** Asks again and again until nothing is found or the time is over; what was found last. */
async function waitForNone<T>(timeoutMs: number, find: () => Promise<T[]>): Promise<T[]> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await find();
    if (found.length === 0 || performance.now() > deadlineMs) return found;
    await Bun.sleep(askEveryMs);
  }
}

async function ask(address: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(address, { ...init, signal: AbortSignal.timeout(answerTimeoutMs) });
  if (!response.ok) throw new OperatorError(`${address} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  const text = await response.text();
  return text === "" ? null : JSON.parse(text);
}

/** Targets that have not answered a scrape, each with what kept it. */
async function findUnseen(prometheus: string): Promise<string[]> {
  const { data: answer } = (await ask(`${prometheus}/api/v1/targets?state=active`)) as {
    data: { activeTargets: { labels: { job: string }; health: string; lastError: string }[] };
  };
  if (answer.activeTargets.length === 0) return ["any target"];
  return answer.activeTargets.flatMap(({ labels, health, lastError }) => (health === "up" ? [] : [`${labels.job} (${lastError || "not scraped yet"})`]));
}

async function findFiring(alertmanager: string): Promise<unknown[]> {
  const filter = encodeURIComponent('severity!="heartbeat"');
  return (await ask(`${alertmanager}/api/v2/alerts?filter=${filter}`)) as unknown[];
}

/** Silences all but the heartbeat; the answer ends that. */
async function silenceAll({ alertmanager, nowMs }: WatchedParts): Promise<() => Promise<void>> {
  const startMs = nowMs();
  const { silenceID } = (await ask(`${alertmanager}/api/v2/silences`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      matchers: [{ name: "severity", value: "heartbeat", isRegex: false, isEqual: false }],
      startsAt: new Date(startMs).toISOString(),
      endsAt: new Date(startMs + silenceMs).toISOString(),
      createdBy: "observe",
      comment: "starting",
    }),
  })) as { silenceID: string };
  return async () => void (await ask(`${alertmanager}/api/v2/silence/${silenceID}`, { method: "DELETE" }));
}
