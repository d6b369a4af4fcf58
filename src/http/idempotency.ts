import { Failure } from "../errors.ts";
import type { AnswerStore } from "../storage/store.ts";
import type { ReceivedBody } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import type { Reply } from "./reply.ts";

/** Headers of the first answer that are kept for a replay. */
const keptHeaders = ["Content-Type", "Location"];

/**
 * Runs a POST once for its Idempotency-Key: a second request with the key gets the first answer again, for 24 h.
 * An answer that failed on our side gives the key back. When the answer cannot be kept, it is given all the same and
 * the key stays taken: giving it back would let a retry do the work twice.
 *
 * @param run makes the reply; failures of the client's making are replies too
 * @throws Failure `query_invalid` for an unreadable key, `idempotency_mismatch`, `idempotency_in_progress`
 */
export async function answerOnce(
  around: { answers: AnswerStore; nowMs: number; report: (error: unknown) => void },
  exchange: Exchange,
  body: ReceivedBody,
  run: () => Promise<Reply>,
): Promise<Reply> {
  const sent = exchange.request.headers.get("idempotency-key");
  if (sent === null) return run();
  if (!/^[\u0021-\u007e]{1,255}$/.test(sent))
    throw new Failure("query_invalid", "Idempotency-Key must be 1 to 255 visible ASCII characters", {
      fields: [{ field: "Idempotency-Key", message: "must be 1 to 255 visible ASCII characters" }],
    });
  const key = `${exchange.caller?.scope ?? "anyone"} ${sent}`;
  const known = await around.answers.reserve(key, requestHash(exchange, body), around.nowMs);
  if (known.outcome === "mismatch") throw new Failure("idempotency_mismatch");
  if (known.outcome === "in_progress") throw new Failure("idempotency_in_progress");
  if (known.outcome === "answered")
    return { status: known.answer.status, headers: { ...known.answer.headers, "Idempotency-Replayed": "true" }, body: known.answer.body };
  let reply: Reply | null = null;
  try {
    reply = await run();
    return reply;
  } finally {
    const settled = reply === null || reply.status >= 500 ? around.answers.release(key) : around.answers.complete(key, answerOf(reply));
    await settled.catch(around.report);
  }
}

function answerOf(reply: Reply): { status: number; headers: Record<string, string>; body: string } {
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = reply.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  return { status: reply.status, headers, body: typeof reply.body === "string" ? reply.body : "" };
}

/** Tells requests apart by method, path, query and content. A multipart file counts by its content, as its boundary changes. */
function requestHash(exchange: Exchange, body: ReceivedBody): string {
  const hash = new Bun.CryptoHasher("sha256");
  hash.update(`${exchange.request.method} ${exchange.path.replace(/\/$/, "")}${exchange.search} ${body.kind}\n`);
  for (const piece of body.kind === "json" ? [body.bytes] : body.pieces) hash.update(piece);
  return hash.digest("hex");
}
