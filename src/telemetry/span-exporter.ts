import { setImmediate as nextTurn } from "node:timers/promises";
import type { Counter } from "./instrument.ts";
import type { Log } from "./log.ts";
import { encodeBatch, encodeSpans } from "./otlp-spans.ts";
import type { Delivery, OtlpReceiver } from "./otlp-receiver.ts";
import type { RequestFacts } from "./signals.ts";
import type { RedirectFacts, SpanRecorder } from "./span-recorder.ts";
import type { Sampler } from "./trace.ts";

export interface SpanExporterOptions {
  receiver: OtlpReceiver;
  sampler: Sampler;
  /** Attributes of the resource, such as `service.name`. */
  resource: Record<string, string>;
  version: string;
  sent: Counter;
  dropped: Counter;
  log: Pick<Log, "warn" | "info">;
  nowMs: () => number;
  monotonicMs: () => number;
  /** From 0 up to 1, to spread retries. */
  random: () => number;
}

/** Spans that may wait, of about 1 kB each; further ones are dropped. */
const waitingSpansMost = 2_048;
/** Spans of one request to the receiver. */
const batchSpansMost = 512;
/** How often spans that are less than a batch are sent, and the rest between two batches, in milliseconds. */
const sendEveryMs = 2_000;
const batchRestMs = 100;
/** Longest wait for an answer, in milliseconds. */
const answerTimeoutMs = 5_000;
/** Tries of one batch; the pauses between them double up from the first, in milliseconds. */
const triesMost = 5;
const pauseFirstMs = 1_000;
/** Longest pause a receiver may ask for, in milliseconds. */
const pauseMostMs = 300_000;
/** Trouble is logged no more often than this, in milliseconds. */
const troubleLogEveryMs = 60_000;

/**
 * Sends the spans of sampled requests, in batches on a timer, so that no request waits for it. A receiver in trouble costs spans
 * and a log line a minute, never a request.
 */
export function createSpanExporter(options: SpanExporterOptions): SpanRecorder {
  return new SpanExporter(options);
}

class SpanExporter implements SpanRecorder {
  readonly sampler: Sampler;
  readonly #options: SpanExporterOptions;
  readonly #timer: Timer;
  #waiting: string[] = [];
  #sending: Promise<void> | null = null;
  /** The request under way. */
  #request = new AbortController();
  #isStopping = false;
  /** Stopping has taken its time. */
  #isLate = false;
  #wake = (): void => {};
  #troubleLoggedMs = Number.NEGATIVE_INFINITY;
  #isTroubleLogged = false;

  constructor(options: SpanExporterOptions) {
    this.#options = options;
    this.sampler = options.sampler;
    this.#timer = setInterval(() => this.#begin(), sendEveryMs);
    this.#timer.unref();
  }

  record(facts: RequestFacts, redirect: RedirectFacts | null): void {
    const { dropped, nowMs, monotonicMs } = this.#options;
    const count = 1 + (facts.trace.storeCalls?.length ?? 0);
    if (this.#waiting.length + count > waitingSpansMost) return dropped.add(count);
    this.#waiting.push(...encodeSpans({ facts, redirect, nowMs: nowMs(), monotonicMs: monotonicMs() }));
    if (this.#waiting.length >= batchSpansMost) this.#begin();
  }

  async stop(timeoutMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#isStopping = true;
    this.#wake();
    const timer = setTimeout(() => {
      this.#isLate = true;
      this.#request.abort();
    }, timeoutMs);
    await this.#sending;
    this.#begin();
    await this.#sending;
    clearTimeout(timer);
    this.#options.dropped.add(this.#waiting.length);
    this.#waiting = [];
  }

  #begin(): void {
    this.#sending ??= this.#sendWaiting().finally(() => (this.#sending = null));
  }

  /** Sends until less than a batch waits; when stopping, until nothing does. */
  async #sendWaiting(): Promise<void> {
    await nextTurn(); // no request waits for the batch that it filled
    while (this.#waiting.length > 0 && !this.#isLate) {
      await this.#deliver(this.#waiting.splice(0, batchSpansMost));
      if (!this.#isStopping) await this.#pause(batchRestMs);
      if (!this.#isStopping && this.#waiting.length < batchSpansMost) return;
    }
  }

  async #deliver(spans: readonly string[]): Promise<void> {
    const { resource, version, random, sent, dropped } = this.#options;
    const body = encodeBatch(spans, resource, version);
    for (let tries = 1; ; tries++) {
      const delivery = await this.#send(body);
      if (delivery.outcome === "taken") {
        const rejectedCount = Math.min(Math.max(0, delivery.rejectedCount), spans.length);
        sent.add(spans.length - rejectedCount);
        dropped.add(rejectedCount);
        return rejectedCount > 0 ? this.#noteTrouble(delivery) : this.#noteSuccess();
      }
      this.#noteTrouble(delivery);
      if (delivery.outcome === "refused" || tries >= triesMost || this.#isStopping) return dropped.add(spans.length);
      const ownMs = pauseFirstMs * 2 ** (tries - 1) * (0.5 + random() / 2);
      await this.#pause(Math.min(pauseMostMs, Math.max(delivery.afterMs ?? 0, ownMs)));
    }
  }

  async #send(body: string): Promise<Delivery> {
    const request = new AbortController();
    this.#request = request;
    const timer = setTimeout(() => request.abort(new Error(`no answer within ${answerTimeoutMs / 1_000} s`)), answerTimeoutMs);
    const delivery = await this.#options.receiver.send(body, request.signal);
    clearTimeout(timer);
    return delivery;
  }

  /** Ends at once when stopping begins. */
  async #pause(durationMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, durationMs);
    timer.unref();
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }

  #noteTrouble({ reason }: Delivery): void {
    const { log, monotonicMs, dropped } = this.#options;
    if (monotonicMs() - this.#troubleLoggedMs < troubleLogEveryMs) return;
    this.#troubleLoggedMs = monotonicMs();
    this.#isTroubleLogged = true;
    log.warn({ reason, waiting: this.#waiting.length, dropped: dropped.value }, "spans cannot be exported");
  }

  #noteSuccess(): void {
    if (!this.#isTroubleLogged) return;
    this.#isTroubleLogged = false;
    this.#options.log.info({ dropped: this.#options.dropped.value }, "spans are exported again");
  }
}
