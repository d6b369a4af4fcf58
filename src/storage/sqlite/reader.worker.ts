import { Database } from "bun:sqlite";
import { Failure } from "../../errors.ts";
import { storeFailureOf } from "./database.ts";
import { queries } from "./queries.ts";
import type { ReaderReply, ReaderRequest } from "./reader.ts";

declare const self: Worker;

/** Page cache of the reading connection, in KiB. */
const cacheKib = 4_000;
/** How long a question waits for a lock, in milliseconds; only a checkpoint ever does. */
const busyTimeoutMs = 1_000;

let database: Database | null = null;

/** Opened by the first message, which names the file. */
function open(file: string): Database {
  const opened = new Database(file);
  opened.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  opened.run(`PRAGMA cache_size = -${cacheKib}`);
  opened.run("PRAGMA wal_autocheckpoint = 0");
  return opened;
}

self.onmessage = ({ data }: MessageEvent<ReaderRequest>) => {
  let reply: ReaderReply;
  try {
    database ??= open(data.file);
    const answer = queries[data.name] as (from: Database, argument: unknown) => unknown;
    reply = { id: data.id, value: answer(database, data.argument) };
  } catch (error) {
    const failure = storeFailureOf(error);
    reply = {
      id: data.id,
      failure: failure instanceof Failure ? failure.code : "internal",
      message: failure instanceof Error ? failure.message : String(failure),
    };
  }
  self.postMessage(reply);
};
