import type { Click } from "../storage/store.ts";

/** Where clicks wait while the store does not take them: batches under names of their own, oldest first. */
export interface ClickSpool {
  /** Durable when it returns. @throws when the spool is full or fails */
  append(batchId: string, clicks: readonly Click[]): void;
  oldest(): { id: string; clicks: Click[] } | null;
  remove(batchId: string): void;
  /** Clicks waiting. */
  clicks(): number;
  close(): void;
}
