import type { AnswerStore } from "../store.ts";
import type { Writer } from "./writer.ts";

/** How long an answer is replayed, in milliseconds. */
const keptMs = 24 * 3_600_000;
/** Answers forgotten in one slice. */
const sliceAnswers = 200;

interface AnswerRow {
  request_hash: string;
  reserved_at: number;
  status: number | null;
  headers: string | null;
  body: string | null;
}

/** First answers by Idempotency-Key. An old one is forgotten when its key comes again, or in passing. */
export function createAnswerStore(writer: Writer): AnswerStore & { forgetOld(nowMs: number): Promise<boolean> } {
  const { database } = writer;
  const find = database.prepare<AnswerRow, [string, number]>(
    "SELECT request_hash, reserved_at, status, headers, body FROM answers WHERE key = ? AND reserved_at > ?",
  );
  const reserve = database.prepare<void, [string, string, number]>("INSERT OR REPLACE INTO answers (key, request_hash, reserved_at) VALUES (?, ?, ?)");
  const complete = database.prepare<void, [number, string, string, string]>("UPDATE answers SET status = ?, headers = ?, body = ? WHERE key = ?");
  const release = database.prepare<void, [string]>("DELETE FROM answers WHERE key = ? AND status IS NULL");
  const old = database.prepare<{ key: string }, [number, number]>("SELECT key FROM answers WHERE reserved_at <= ? LIMIT ?");
  const forget = database.prepare<void, [string]>("DELETE FROM answers WHERE key = ?");
  return {
    reserve: (key, requestHash, nowMs) =>
      writer.write("answers.reserve", () => {
        const row = find.get(key, nowMs - keptMs);
        if (!row) {
          reserve.run(key, requestHash, nowMs);
          return { outcome: "reserved" as const };
        }
        if (row.request_hash !== requestHash) return { outcome: "mismatch" as const };
        if (row.status === null) return { outcome: "in_progress" as const };
        return {
          outcome: "answered" as const,
          answer: { status: row.status, headers: JSON.parse(row.headers ?? "{}") as Record<string, string>, body: row.body ?? "" },
        };
      }),
    complete: (key, { status, headers, body }) => writer.write("answers.complete", () => void complete.run(status, JSON.stringify(headers), body, key)),
    release: (key) => writer.write("answers.release", () => void release.run(key)),
    forgetOld: async (nowMs) => {
      const keys = writer.read("answers.find_old", () => old.all(nowMs - keptMs, sliceAnswers));
      if (keys.length === 0) return false;
      await writer.write("answers.forget", () => {
        for (const { key } of keys) forget.run(key);
      });
      return keys.length === sliceAnswers;
    },
  };
}
