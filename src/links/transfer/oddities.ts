import type { ImportedEvent, ImportedUser, Store } from "../../storage/store.ts";
import type { PendingRow } from "./row-kinds.ts";

/** Most names and links remembered while looking for oddities; beyond, the memory starts anew. */
const rememberedMost = 200_000;

export interface Oddities {
  noteRepeatedNames(pending: PendingRow<ImportedUser>[]): void;
  noteOddEvents(store: Store, pending: PendingRow<ImportedEvent>[]): Promise<void>;
}

/** Looks for rows that are kept as they are although something about them is odd. */
export function createOddities(): Oddities {
  const names = new Set<string>();
  const links = new Map<number, { createdAtMs: number; isActive: boolean } | null>();

  const linkOf = async (store: Store, id: number): Promise<{ createdAtMs: number; isActive: boolean } | null> => {
    const known = links.get(id);
    if (known !== undefined) return known;
    if (links.size >= rememberedMost) links.clear();
    const link = await store.links.get(id);
    const remembered = link && { createdAtMs: link.createdAtMs, isActive: link.isActive };
    links.set(id, remembered);
    return remembered;
  };
  return {
    noteRepeatedNames: (pending) => {
      for (const { row, fixes } of pending) {
        if (row.username === "") continue;
        if (names.has(row.username)) fixes.push({ field: "username", note: "repeats an earlier row's name; kept" });
        if (names.size >= rememberedMost) names.clear();
        names.add(row.username);
      }
    },
    noteOddEvents: async (store, pending) => {
      for (const { row, fixes } of pending) {
        const link = row.urlId === null ? null : await linkOf(store, row.urlId);
        if (link && row.atMs < link.createdAtMs) fixes.push({ field: "timestamp", note: "older than its link; kept" });
        if (link?.isActive && row.type === "deleted") fixes.push({ field: "event_type", note: "says deleted, but the link is there and active; kept" });
      }
    },
  };
}
