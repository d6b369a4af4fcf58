import { write } from "node:fs";

/** Where log lines go: a queue before a file descriptor, written without ever blocking the serving thread. */
export interface LogSink {
  /** Takes one whole line, its line feed included. */
  write(line: string): void;
  /** Waits until all is written, at most `timeoutMs`; says whether nothing is left. */
  flush(timeoutMs: number): Promise<boolean>;
}

export interface LogSinkOptions {
  fileDescriptor: number;
  /** Called for lines that are given up; must not log. */
  onDropped: (count: number) => void;
  /** Called at the first write after drops, with the number dropped since the one before. */
  onRecovered: (count: number) => void;
}

/** Most bytes that wait; as many again may be in the write under way: 8 MB or 20 000 access lines. Later lines are dropped. */
const waitingLimitBytes = 4 * 1024 * 1024;
const waitingLeastBytes = 64 * 1024;

/** Text is encoded this many characters at a time: fewer calls than by line, and it is still in the CPU's cache. */
const encodeLength = 16 * 1024;
const mostBytesPerCharacter = 3;

/** Rest after a write, in milliseconds: a write costs 20 µs whatever its size, so busy turns share one. */
const restMs = 5;

/** Waiting between attempts when the reader is stuck, in milliseconds, and attempts before a batch is given up: a minute. */
const retryLeastMs = 5;
const retryMostMs = 250;
const retryLimit = 240;

// A buffer begins with a line feed that is written only when the batch before it was cut off within a line.
const headBytes = 1;
const lineFeed = 10;

/** Opens a sink. The lines of an event-loop turn, or of the rest after a write, go out together, one write at a time. */
export function createLogSink(options: LogSinkOptions): LogSink {
  return new QueuedLogSink(options);
}

class QueuedLogSink implements LogSink {
  readonly #options: LogSinkOptions;
  #state: "idle" | "scheduled" | "writing" | "resting" = "idle";
  /** Lines not encoded yet; they follow those in `#waiting`. Two buffers take turns: one fills, the other is written. */
  #text = "";
  #waiting = createBuffer(waitingLeastBytes);
  #waitingBytes = headBytes;
  #batch = createBuffer(waitingLeastBytes);
  #batchBytes = headBytes;
  #writtenBytes = 0;
  #isTorn = false;
  #attempts = 0;
  #droppedCount = 0;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #emptyListeners: (() => void)[] = [];

  constructor(options: LogSinkOptions) {
    this.#options = options;
  }

  write(line: string): void {
    if (this.#waitingBytes + (this.#text.length + line.length) * mostBytesPerCharacter > waitingLimitBytes) {
      this.#drop(1);
      return;
    }
    this.#text += line;
    if (this.#text.length >= encodeLength) this.#encode();
    if (this.#state === "idle") this.#schedule();
  }

  async flush(timeoutMs: number): Promise<boolean> {
    if (this.#isEmpty()) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptyListeners.push(resolve);
    const timer = setTimeout(resolve, timeoutMs);
    if (this.#state === "resting") this.#endRest();
    await promise;
    clearTimeout(timer);
    this.#emptyListeners = this.#emptyListeners.filter((listener) => listener !== resolve);
    return this.#isEmpty();
  }

  #isEmpty(): boolean {
    return this.#state !== "writing" && !this.#hasWaiting();
  }

  #hasWaiting(): boolean {
    return this.#text !== "" || this.#waitingBytes > headBytes;
  }

  #schedule(): void {
    this.#state = "scheduled";
    setImmediate(this.#startBatch);
  }

  #encode(): void {
    const neededBytes = this.#waitingBytes + this.#text.length * mostBytesPerCharacter;
    if (neededBytes > this.#waiting.length) {
      const larger = createBuffer(Math.min(Math.max(neededBytes, this.#waiting.length * 2), waitingLimitBytes));
      this.#waiting.copy(larger, 0, 0, this.#waitingBytes);
      this.#waiting = larger;
    }
    this.#waitingBytes += this.#waiting.write(this.#text, this.#waitingBytes);
    this.#text = "";
  }

  readonly #startBatch = (): void => {
    this.#encode();
    this.#state = "writing";
    [this.#batch, this.#waiting] = [this.#waiting, this.#batch];
    this.#batchBytes = this.#waitingBytes;
    this.#waitingBytes = headBytes;
    this.#writtenBytes = this.#isTorn ? 0 : headBytes;
    this.#attempts = 0;
    this.#writeRemainder();
  };

  readonly #writeRemainder = (): void => {
    write(this.#options.fileDescriptor, this.#batch, this.#writtenBytes, this.#batchBytes - this.#writtenBytes, null, this.#onWritten);
  };

  readonly #onWritten = (error: NodeJS.ErrnoException | null, writtenBytes: number): void => {
    if (error && !["EAGAIN", "EWOULDBLOCK", "EINTR"].includes(error.code ?? "")) return this.#giveUpRemainder();
    if (error || writtenBytes === 0) return this.#retryLater();
    this.#attempts = 0;
    this.#writtenBytes += writtenBytes;
    this.#isTorn = this.#batch[this.#writtenBytes - 1] !== lineFeed;
    if (this.#writtenBytes < this.#batchBytes) return this.#writeRemainder();
    this.#endBatch();
    this.#reportRecovery();
  };

  #retryLater(): void {
    if (this.#attempts >= retryLimit) return this.#giveUpRemainder();
    const delayMs = Math.min(retryLeastMs * 2 ** this.#attempts, retryMostMs);
    this.#attempts++;
    setTimeout(this.#writeRemainder, delayMs).unref();
  }

  /** A full disk or a closed pipe costs one attempt per batch: waiting for it would only grow the queue. */
  #giveUpRemainder(): void {
    let lineCount = 0;
    for (const byte of this.#batch.subarray(Math.max(this.#writtenBytes, headBytes), this.#batchBytes)) if (byte === lineFeed) lineCount++;
    this.#drop(lineCount);
    this.#endBatch();
  }

  #endBatch(): void {
    this.#state = "resting";
    if (!this.#hasWaiting()) for (const listener of this.#emptyListeners.splice(0)) listener();
    if (this.#emptyListeners.length > 0) this.#endRest();
    else this.#restTimer = setTimeout(this.#endRest, restMs);
  }

  readonly #endRest = (): void => {
    clearTimeout(this.#restTimer);
    this.#state = "idle";
    if (this.#hasWaiting()) this.#schedule();
  };

  #drop(count: number): void {
    this.#droppedCount += count;
    this.#options.onDropped(count);
  }

  #reportRecovery(): void {
    if (this.#droppedCount === 0) return;
    const count = this.#droppedCount;
    this.#droppedCount = 0;
    this.#options.onRecovered(count);
  }
}

function createBuffer(bytes: number): Buffer<ArrayBuffer> {
  const buffer = Buffer.alloc(bytes);
  buffer[0] = lineFeed;
  return buffer;
}
