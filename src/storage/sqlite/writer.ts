import type { Database, Statement } from "bun:sqlite";
import { Failure, type FailureCode } from "../../errors.ts";
import type { StoreOperation } from "../store-operations.ts";
import { isBusy, storeFailureOf } from "./database.ts";

/** Longest wait for another process to give up the lock, in milliseconds. */
const lockWaitMostMs = 2_000;
/** First and longest pause between two tries, in milliseconds. */
const pauseFirstMs = 2;
const pauseMostMs = 50;
/** Writes that may wait; beyond, the store is busy. */
const waitingMost = 10_000;
/** A shared transaction takes no further write after this time, in milliseconds. */
const transactionMostMs = 5;

/** Told of every operation: how long it took and, if it failed, why. */
export type ObserveOperation = (operation: string, durationMs: number, failure: FailureCode | null, cause?: unknown) => void;

interface Waiting {
  operation: string;
  startedMs: number;
  work(): unknown;
  committed(result: unknown): void;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Runs transactions on the one writing connection. Writes of one turn of the event loop share a transaction, each in a
 * savepoint of its own. A lock is waited for between turns, never within one.
 */
export class Writer {
  readonly database: Database;
  readonly #observe: ObserveOperation;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #savepoint: Statement;
  readonly #release: Statement;
  readonly #undo: Statement;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #held: Promise<void> | null = null;

  constructor(database: Database, observe: ObserveOperation) {
    this.database = database;
    this.#observe = observe;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
    this.#savepoint = database.prepare("SAVEPOINT one");
    this.#release = database.prepare("RELEASE one");
    this.#undo = database.prepare("ROLLBACK TO one");
  }

  /** A transaction of its own, at once or not at all. @throws Failure store_* */
  transact<T>(operation: StoreOperation, work: () => T): T {
    return this.#observed(operation, () => this.#inTransaction(work));
  }

  /**
   * A write in the transaction of this turn. It is answered when that is committed. `work` touches nothing but the
   * database, because it is undone when it throws, and when the commit fails.
   *
   * @param committed called with the result before anything else runs, for what must change together with the store
   * @throws Failure store_busy after `lockWaitMostMs` of somebody else's lock, or store_*
   */
  write<T>(operation: StoreOperation, work: () => T, committed: (result: T) => void = () => {}): Promise<T> {
    if (this.#waiting.length >= waitingMost) return Promise.reject(new Failure("store_busy", "Too many writes are waiting."));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({
      operation,
      startedMs: performance.now(),
      work,
      committed,
      resolve,
      reject,
    });
    if (!this.#isWriting) {
      this.#isWriting = true;
      setImmediate(() => void this.#writeAll());
    }
    return promise;
  }

  /** Set while transactions wait for `hold` to end. */
  get held(): Promise<void> | null {
    return this.#held;
  }

  /** Lets no transaction begin until the returned function is called, or until `mostMs` have passed. */
  hold(mostMs: number): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const release = (): void => {
      clearTimeout(timer);
      if (this.#held === promise) this.#held = null;
      resolve();
    };
    const timer = setTimeout(release, mostMs);
    this.#held = promise;
    return release;
  }

  /** Reads on the writing connection, for rows found by key. @throws Failure store_* */
  read<T>(operation: StoreOperation, work: () => T): T {
    return this.#observed(operation, work);
  }

  async #writeAll(): Promise<void> {
    let pauseMs = pauseFirstMs;
    while (this.#waiting.length > 0) {
      if (this.#held) await this.#held;
      try {
        this.#writeTogether();
        pauseMs = pauseFirstMs;
        if (this.#waiting.length > 0) await new Promise(setImmediate);
      } catch (error) {
        this.#giveUp(error, pauseMs);
        await Bun.sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, pauseMostMs);
      }
    }
    this.#isWriting = false;
  }

  /** Commits what waits, as much as fits in the time; answers afterwards. @throws when the transaction cannot begin */
  #writeTogether(): void {
    this.#begin.run();
    const untilMs = performance.now() + transactionMostMs;
    const answers: (() => void)[] = [];
    const batch: Waiting[] = [];
    try {
      while (this.#waiting.length > 0 && (batch.length === 0 || performance.now() < untilMs)) {
        const waiting = this.#waiting.shift() as Waiting;
        batch.push(waiting);
        answers.push(this.#writeOne(waiting));
      }
      this.#commit.run();
    } catch (error) {
      if (this.database.inTransaction) this.#rollback.run();
      for (const waiting of batch) waiting.reject(this.#failed(waiting.operation, waiting.startedMs, error));
      return;
    }
    for (const answer of answers) answer();
  }

  /** Does one write within the transaction; returns how to answer once that is committed. @throws when the transaction is lost */
  #writeOne({ operation, startedMs, work, committed, resolve, reject }: Waiting): () => void {
    try {
      this.#savepoint.run();
      const result = work();
      this.#release.run();
      return () => {
        committed(result);
        this.#observe(operation, performance.now() - startedMs, null);
        resolve(result);
      };
    } catch (error) {
      if (!this.database.inTransaction) throw error; // a full disk ends the whole transaction
      this.#undo.run();
      this.#release.run();
      return () => reject(this.#failed(operation, startedMs, error));
    }
  }

  /** Refuses what has waited too long for a lock, or everything when no wait will help. */
  #giveUp(error: unknown, pauseMs: number): void {
    const isHopeless = !isBusy(error);
    const nowMs = performance.now();
    const late = this.#waiting.filter(({ startedMs }) => isHopeless || nowMs - startedMs + pauseMs > lockWaitMostMs);
    this.#waiting = this.#waiting.filter((waiting) => !late.includes(waiting));
    for (const waiting of late) waiting.reject(this.#failed(waiting.operation, waiting.startedMs, error));
  }

  #observed<T>(operation: string, work: () => T): T {
    const startedMs = performance.now();
    try {
      const result = work();
      this.#observe(operation, performance.now() - startedMs, null);
      return result;
    } catch (error) {
      throw this.#failed(operation, startedMs, error);
    }
  }

  #failed(operation: string, startedMs: number, error: unknown): unknown {
    const failure = storeFailureOf(error);
    if (failure instanceof Failure) this.#observe(operation, performance.now() - startedMs, failure.code, error);
    return failure;
  }

  #inTransaction<T>(work: () => T): T {
    this.#begin.run();
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.database.inTransaction) this.#rollback.run();
      throw error;
    }
  }
}
