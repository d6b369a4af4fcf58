import type { IncidentState } from "../storage/desk/incident-store.ts";
import type { NowView } from "./views.ts";

export type DeskNews =
  | { readonly event: "now"; readonly content: NowView }
  | { readonly event: "incident"; readonly content: { readonly id: number; readonly news: IncidentState | "note" } };

export interface DeskStream {
  /** Hands on news until told to stop; null when there are too many readers. */
  subscribe(listener: (news: DeskNews) => void): (() => void) | null;
  publish(news: DeskNews): void;
  readonly readers: number;
}

/** Most live readers. */
const readersMost = 100;

/** What everyone who looks at the desk is told as it happens. */
export function createDeskStream(): DeskStream {
  const listeners = new Set<(news: DeskNews) => void>();
  return {
    get readers() {
      return listeners.size;
    },
    subscribe: (listener) => {
      if (listeners.size >= readersMost) return null;
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish: (news) => {
      for (const listener of listeners) listener(news);
    },
  };
}
