import { Failure, failures, type FailureCode } from "../../errors.ts";
import type { ObserveOperation } from "./writer.ts";
import type { Queries } from "./queries.ts";

/** Questions that may wait for the reader; beyond, the store is busy. */
const waitingMost = 1_000;
/** Longest that an answer may take unless said otherwise, in milliseconds; then the reader is replaced. */
const answerDefaultMs = 5_000;

export interface ReaderRequest {
  id: number;
  file: string;
  name: keyof Queries;
  argument: unknown;
}

export type ReaderReply = { id: number; value: unknown } | { id: number; failure: FailureCode; message: string };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  timer: Timer;
}

/**
 * Lists, searches and counts, answered by a worker with a connection of its own, so that none of them stops the
 * serving thread. The worker starts with the first question.
 */
export class Reader {
  readonly #file: string;
  readonly #observe: ObserveOperation;
  readonly #answerMostMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;

  constructor(file: string, observe: ObserveOperation, answerMostMs = answerDefaultMs) {
    this.#file = file;
    this.#observe = observe;
    this.#answerMostMs = answerMostMs;
  }

  /** Asks one of `queries.ts`. @throws Failure store_* */
  async ask<Name extends keyof Queries>(name: Name, argument: Parameters<Queries[Name]>[1]): Promise<ReturnType<Queries[Name]>> {
    const startedMs = performance.now();
    try {
      const value = await this.#send(name, argument);
      this.#observe(name, performance.now() - startedMs, null);
      return value as ReturnType<Queries[Name]>;
    } catch (error) {
      this.#observe(name, performance.now() - startedMs, error instanceof Failure ? error.code : null, error);
      throw error;
    }
  }

  close(): void {
    this.#replace(new Failure("store_unavailable", "The store is closed."));
  }

  #send(name: keyof Queries, argument: unknown): Promise<unknown> {
    if (this.#waiting.size >= waitingMost) return Promise.reject(new Failure("store_busy", "Too many lists are waiting."));
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const late = (): void => this.#replace(new Failure("store_unavailable", `No answer within ${this.#answerMostMs / 1_000} s.`));
      const timer = setTimeout(late, this.#answerMostMs);
      this.#waiting.set(id, { resolve, reject, timer });
      worker.postMessage({ id, file: this.#file, name, argument } satisfies ReaderRequest);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./reader.worker.ts", import.meta.url).href);
    worker.onmessage = ({ data }: MessageEvent<ReaderReply>) => this.#settle(data);
    worker.onerror = (event) => this.#replace(new Failure("store_unavailable", `The reader failed: ${event.message}`));
    worker.unref();
    return worker;
  }

  #settle(reply: ReaderReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if ("failure" in reply) waiting.reject(reply.failure in failures ? new Failure(reply.failure, reply.message) : new Error(reply.message));
    else waiting.resolve(reply.value);
  }

  /** Ends the worker and everything that waits for it; the next question starts another. */
  #replace(reason: Failure): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(reason);
    }
    this.#waiting.clear();
  }
}
