import { Failure } from "../errors.ts";
import type { Click, Store } from "../storage/store.ts";
import type { Signals } from "../telemetry/signals.ts";
import type { ClickSpool } from "./click-spool.ts";

/** Clicks that may wait for one commit; beyond, a redirect is refused. */
const waitingMost = 20_000;
/** Clicks kept in memory when neither store nor spool takes them; beyond, they are lost and counted. */
const heldMost = 50_000;
/** Held clicks shipped in one transaction. */
const heldBatch = 1_000;
/** Pauses before a batch that met a lock is tried again, in milliseconds; then it is spooled. */
const lockPausesMs = [4, 8, 12];
/** How often an outage is tested, in milliseconds. */
const probeEveryMs = 250;

/**
 * What became of a click: `kept` means committed, or spooled while the store is out; `used_up` that its limited link had
 * no click left; `unverified` that its limit cannot be checked now; `overflow` that too many clicks wait.
 */
export type ClickFate = "kept" | "used_up" | "unverified" | "overflow";

interface Waiting {
  click: Click;
  settle(fate: ClickFate): void;
}

export interface ClickRecorderParts {
  store: Store;
  spool: ClickSpool;
  signals: Signals;
  /** Names a batch for ever, so that it is shipped once. */
  newBatchId(): string;
  monotonicMs(): number;
}

/**
 * Commits the clicks of one event-loop turn in one transaction, then lets their replies go. When the store does not take
 * them they go to the spool, a file of its own, and are shipped from there exactly once; only when the spool fails too
 * are they held in memory, and counted.
 */
export class ClickRecorder {
  readonly #parts: ClickRecorderParts;
  #waiting: Waiting[] = [];
  #isFlushing = false;
  #held: Click[] = [];
  #isRecovering = false;
  /** Set while the store is out. */
  #probe: Timer | null = null;

  constructor(parts: ClickRecorderParts) {
    this.#parts = parts;
    const left = parts.spool.clicks();
    parts.signals.clicksHeld(left);
    if (left > 0) this.#beginOutage();
  }

  /** Takes a click; `settle` is called when it is safe, or cannot be. */
  record(click: Click, settle: (fate: ClickFate) => void): void {
    if (this.#waiting.length >= waitingMost) return settle("overflow");
    if (this.#waiting.push({ click, settle }) === 1 && !this.#isFlushing) setImmediate(() => void this.#flush());
  }

  /** Commits, spools or counts what is left. */
  async stop(): Promise<void> {
    while (this.#waiting.length > 0 || this.#isFlushing) await (this.#isFlushing ? Bun.sleep(1) : this.#flush());
    if (this.#probe) {
      await this.#recover();
      if (this.#probe) clearInterval(this.#probe);
    }
    this.#spoolHeld();
  }

  /** The last chance of held clicks: the spool may have room by now. */
  #spoolHeld(): void {
    const { spool, signals, newBatchId } = this.#parts;
    if (this.#held.length === 0) return;
    try {
      spool.append(newBatchId(), this.#held);
      signals.clicksSpooled(this.#held.length);
    } catch {
      signals.clicksLost(this.#held.length);
    }
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const refused = this.#probe ? null : await this.#commit(batch.map(({ click }) => click));
      if (refused) batch.forEach(({ settle }, position) => settle(refused.length > 0 && refused.includes(position) ? "used_up" : "kept"));
      else this.#keep(batch);
    }
    this.#isFlushing = false;
  }

  /** Positions that were refused, or null when the store does not take the batch. */
  async #commit(clicks: Click[]): Promise<number[] | null> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#commitNow(clicks);
      } catch (error) {
        const pauseMs = lockPausesMs[attempt];
        if (error instanceof Failure && error.code === "store_busy" && pauseMs !== undefined) {
          await Bun.sleep(pauseMs);
          continue;
        }
        this.#noteFailure(error);
        this.#beginOutage();
        return null;
      }
    }
  }

  /** One commit, counted; `batchId` when the batch may have been committed before. @throws Failure store_* */
  async #commitNow(clicks: readonly Click[], batchId?: string): Promise<number[]> {
    const { store, signals, monotonicMs } = this.#parts;
    const startedMs = monotonicMs();
    const { refused } = await store.clicks.commit(clicks, batchId);
    let bots = 0;
    for (const { isBot } of clicks) if (isBot) bots++;
    signals.clicksCommitted(clicks.length - refused.length, bots, monotonicMs() - startedMs);
    return refused;
  }

  /** Keeps a batch that the store does not take. A limit cannot be checked then, so its click is not answered. */
  #keep(batch: Waiting[]): void {
    const { spool, signals, newBatchId } = this.#parts;
    const kept = batch.filter(({ click }) => !click.isLimited).map(({ click }) => click);
    try {
      if (kept.length > 0) spool.append(newBatchId(), kept);
      signals.clicksSpooled(kept.length);
    } catch {
      const room = Math.max(0, heldMost - this.#held.length);
      this.#held.push(...kept.slice(0, room));
      if (kept.length > room) signals.clicksLost(kept.length - room);
    }
    signals.clicksHeld(this.#held.length + spool.clicks());
    for (const { click, settle } of batch) settle(click.isLimited ? "unverified" : "kept");
  }

  #noteFailure(error: unknown): void {
    const { signals } = this.#parts;
    if (error instanceof Failure && error.code.startsWith("store_")) signals.clickStoreFailed(error.code as Parameters<Signals["clickStoreFailed"]>[0]);
    else signals.unhandled(error);
  }

  #beginOutage(): void {
    this.#probe ??= setInterval(() => void this.#recover(), probeEveryMs);
  }

  /** Ships what was kept, oldest first; when all of it is in the store, the outage is over. */
  async #recover(): Promise<void> {
    const { spool, signals, newBatchId } = this.#parts;
    if (this.#isRecovering) return;
    this.#isRecovering = true;
    let shipped = 0;
    try {
      for (let batch = spool.oldest(); batch; batch = spool.oldest()) {
        await this.#commitNow(batch.clicks, batch.id);
        spool.remove(batch.id);
        shipped += batch.clicks.length;
        await Bun.sleep(0);
      }
      while (this.#held.length > 0) {
        const clicks = this.#held.slice(0, heldBatch);
        await this.#commitNow(clicks, newBatchId());
        this.#held.splice(0, clicks.length);
        shipped += clicks.length;
      }
      if (spool.clicks() > 0) return;
      if (this.#probe) clearInterval(this.#probe);
      this.#probe = null;
      signals.clickStoreRecovered(shipped);
    } catch (error) {
      this.#noteFailure(error);
    } finally {
      this.#isRecovering = false;
      signals.clicksHeld(this.#held.length + spool.clicks());
    }
  }
}
