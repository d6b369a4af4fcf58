import type { RunningService } from "./running-service.ts";

/** Time between two requests, in milliseconds. */
const everyMs = 50;
/** One request of so many writes, the others read. */
const writeEvery = 10;
/** Most requests without an answer; beyond it none is sent. */
const waitingMost = 200;

/** A steady stream of API requests, nine reads to a write. */
export interface ApiTraffic extends AsyncDisposable {
  /** How often each status was answered so far. */
  answers(): Readonly<Record<number, number>>;
}

/** Begins to send and goes on until it is disposed of, when the last answers are waited for. */
export async function startApiTraffic(service: RunningService): Promise<ApiTraffic> {
  const user = await service.send("POST", "/users", { body: { username: "traffic", email: "traffic@example.com" } });
  const create = (number: number) => service.send("POST", "/urls", { body: { user_id: user.json.id, original_url: `https://example.com/${number}` } });
  const { id } = (await create(0)).json as { id: number };
  const answers: Record<number, number> = {};
  const waiting = new Set<Promise<void>>();
  let sent = 0;
  const timer = setInterval(() => {
    if (waiting.size >= waitingMost) return;
    const isWrite = ++sent % writeEvery === 0;
    const request = (isWrite ? create(sent) : service.send("GET", `/urls/${id}`))
      .then(({ status }) => void (answers[status] = (answers[status] ?? 0) + 1))
      // An answer that never came is an answer the service did not count.
      .catch(() => void (answers[0] = (answers[0] ?? 0) + 1))
      .finally(() => waiting.delete(request));
    waiting.add(request);
  }, everyMs);
  return {
    answers: () => answers,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await Promise.all(waiting);
    },
  };
}
