import type { SeriesHistoryStore, StoredChunk } from "../../storage/series-history.ts";

/** A history that ends with its drill: sums of minutes are kept in memory, single samples are in memory already. */
export function createMemoryHistory(): SeriesHistoryStore {
  const chunks = new Map<string, StoredChunk[]>();
  const keyOf = ({ seriesId, stepMs }: { seriesId: number; stepMs: number }): string => `${seriesId}/${stepMs}`;
  return {
    listSeries: () => [],
    sealed: () => [],
    newestTickMs: () => null,
    ticks: () => [],
    chunks: ({ fromMs, toMs, ...of }) => (chunks.get(keyOf(of)) ?? []).filter(({ startMs }) => startMs >= fromMs && startMs < toMs),
    newestChunkMs: (seriesId, stepMs) => chunks.get(keyOf({ seriesId, stepMs }))?.at(-1)?.startMs ?? null,
    write: (batch) => {
      for (const chunk of batch.chunks) chunks.set(keyOf(chunk), [...(chunks.get(keyOf(chunk)) ?? []), chunk]);
      for (const { beforeMs, ...of } of batch.prune.chunks) {
        const kept = chunks.get(keyOf(of))?.filter(({ startMs }) => startMs >= beforeMs);
        if (kept) chunks.set(keyOf(of), kept);
      }
    },
    size: () => ({ series: 0, ticks: 0, chunks: chunks.size, bytes: 0 }),
  };
}
