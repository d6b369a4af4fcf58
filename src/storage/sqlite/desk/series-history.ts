import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";
import { statSync } from "node:fs";
import type { HistoryBatch, Sealed, SeriesHistoryStore, StoredChunk, StoredSeries, StoredTick } from "../../series-history.ts";
import { storeFailureOf } from "../database.ts";
import { decodeBuckets, decodeTick, encodeBuckets, encodeTick, mergeBuckets } from "./bucket-blob.ts";

interface TickRow {
  at_ms: number;
  samples: Uint8Array;
}

interface ChunkRow {
  series_id: number;
  step_ms: number;
  start_ms: number;
  buckets: Uint8Array;
}

const statements = {
  addSeries: "INSERT INTO series (id, labels) VALUES (?, ?) ON CONFLICT DO NOTHING",
  addTick: "INSERT INTO series_ticks (at_ms, samples) VALUES (?, ?) ON CONFLICT (at_ms) DO UPDATE SET samples = CAST(samples || excluded.samples AS BLOB)",
  readChunk: "SELECT buckets FROM series_chunks WHERE series_id = ? AND step_ms = ? AND start_ms = ?",
  writeChunk: "INSERT OR REPLACE INTO series_chunks (series_id, step_ms, start_ms, buckets) VALUES (?, ?, ?, ?)",
  seal: "INSERT OR REPLACE INTO series_sealed (step_ms, until_ms) VALUES (?, ?)",
  pruneTicks: "DELETE FROM series_ticks WHERE at_ms IN (SELECT at_ms FROM series_ticks WHERE at_ms < ? ORDER BY at_ms LIMIT ?)",
  pruneChunks: "DELETE FROM series_chunks WHERE series_id = ? AND step_ms = ? AND start_ms < ?",
  forgetSeries: "DELETE FROM series WHERE id = ?",
  forgetChunks: "DELETE FROM series_chunks WHERE series_id = ?",
  chunks: "SELECT * FROM series_chunks WHERE series_id = ? AND step_ms = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms",
  newestTick: "SELECT max(at_ms) AS newest FROM series_ticks",
  newestChunk: "SELECT max(start_ms) AS newest FROM series_chunks WHERE series_id = ? AND step_ms = ?",
};

type Prepared = Record<keyof typeof statements, Statement<unknown, SQLQueryBindings[]>>;

/** The desk's series in its database: ticks of the last hours, chunks of buckets for what is older. */
export function createSeriesHistoryStore(database: Database): SeriesHistoryStore {
  const run = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)])) as Prepared;
  const write = database.transaction((batch: HistoryBatch) => writeBatch(run, batch));
  return {
    listSeries: () => translated(() => database.query<StoredSeries, []>("SELECT id, labels FROM series ORDER BY id").all()),
    sealed: () => translated(() => database.query<Sealed, []>("SELECT step_ms AS stepMs, until_ms AS untilMs FROM series_sealed").all()),
    newestTickMs: () => translated(() => (run.newestTick.get() as { newest: number | null }).newest),
    ticks: () => readTicks(database),
    chunks: ({ seriesId, stepMs, fromMs, toMs }) => translated(() => (run.chunks.all(seriesId, stepMs, fromMs, toMs) as ChunkRow[]).map(chunkOf)),
    newestChunkMs: (seriesId, stepMs) => translated(() => (run.newestChunk.get(seriesId, stepMs) as { newest: number | null }).newest),
    write: (batch) => translated(() => write.immediate(batch)),
    size: () => translated(() => sizeOf(database)),
  };
}

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailureOf(error);
  }
}

function writeBatch(run: Prepared, { series, ticks, chunks, sealed, prune, forgotten }: HistoryBatch): void {
  for (const { id, labels } of series) run.addSeries.run(id, labels);
  for (const tick of ticks) run.addTick.run(tick.atMs, encodeTick(tick));
  for (const chunk of chunks) writeChunk(run, chunk);
  for (const { stepMs, untilMs } of sealed) run.seal.run(stepMs, untilMs);
  if (prune.ticksMost > 0) run.pruneTicks.run(prune.ticksBeforeMs, prune.ticksMost);
  for (const { seriesId, stepMs, beforeMs } of prune.chunks) run.pruneChunks.run(seriesId, stepMs, beforeMs);
  for (const id of forgotten) {
    run.forgetChunks.run(id);
    run.forgetSeries.run(id);
  }
}

function writeChunk(run: Prepared, { seriesId, stepMs, startMs, buckets }: StoredChunk): void {
  const known = run.readChunk.get(seriesId, stepMs, startMs) as { buckets: Uint8Array } | null;
  run.writeChunk.run(seriesId, stepMs, startMs, encodeBuckets(known ? mergeBuckets(decodeBuckets(known.buckets), buckets) : buckets));
}

function* readTicks(database: Database): Generator<StoredTick> {
  try {
    for (const { at_ms, samples } of database.query<TickRow, []>("SELECT at_ms, samples FROM series_ticks ORDER BY at_ms").iterate())
      yield decodeTick(at_ms, samples);
  } catch (error) {
    throw storeFailureOf(error);
  }
}

function chunkOf({ series_id, step_ms, start_ms, buckets }: ChunkRow): StoredChunk {
  return { seriesId: series_id, stepMs: step_ms, startMs: start_ms, buckets: decodeBuckets(buckets) };
}

function sizeOf(database: Database): ReturnType<SeriesHistoryStore["size"]> {
  const rows = database
    .query<{ series: number; ticks: number; chunks: number }, []>(
      "SELECT (SELECT count(*) FROM series) AS series, (SELECT count(*) FROM series_ticks) AS ticks, (SELECT count(*) FROM series_chunks) AS chunks",
    )
    .get();
  const bytes = ["", "-wal"].reduce((sum, part) => sum + (statSync(database.filename + part, { throwIfNoEntry: false })?.size ?? 0), 0);
  return { series: rows?.series ?? 0, ticks: rows?.ticks ?? 0, chunks: rows?.chunks ?? 0, bytes };
}
