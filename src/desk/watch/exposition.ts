import type { Labels } from "../evaluate/series-source.ts";
import type { NameFilter } from "./name-filter.ts";
import type { KnownSeries, SeriesMemory } from "./series-memory.ts";
import { seriesLengthMost } from "./series-text.ts";

/** One value of one series, the metric's name under `__name__`. NaN says that the series ended. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface ExpositionOptions {
  /** Metrics that are read; the lines of others are passed over unread. Null reads all. */
  readonly isWanted: NameFilter | null;
  /** OpenMetrics 1.0 instead of Prometheus text 0.0.4: has to end with `# EOF`, and may carry exemplars. */
  readonly isOpenMetrics: boolean;
  /** Keeps what series are called between scrapes of one target. */
  readonly memory: SeriesMemory;
}

export type Exposition =
  | {
      readonly isRead: true;
      readonly samples: readonly Sample[];
      /** Series of the scrape before that are not there any more, or have no value now. */
      readonly ended: readonly Labels[];
      /** Lines that named a series again; the first one counts. */
      readonly duplicates: number;
    }
  /** Nothing of the text counts; `fault` says why in words. */
  | { readonly isRead: false; readonly fault: string; readonly ended: readonly Labels[] };

/** Largest text that is read, in characters; the link service writes 230 000. With it the time to read is bounded. */
export const expositionLengthMost = 2_097_152;
/** Most lines, and most samples that are wanted: the link service has 2 200, a large one some thousands. */
const linesMost = 20_000;
const samplesMost = 10_000;
/** Longest number, in characters. */
const numberLengthMost = 64;

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinite = /^([+-]?)inf(?:inity)?$/i;
const notANumber = /^[+-]?nan$/i;

const lineFeed = "\n";
const blank = 32;
const tab = 9;
const quote = 34;
const hash = 35;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;

interface Reading extends ExpositionOptions {
  readonly text: string;
  readonly scrape: number;
  readonly samples: Sample[];
  duplicates: number;
  isEnded: boolean;
}

/**
 * Reads the text that a target exposes. Times given in it are left out, as samples count at the time of their scrape;
 * a value that is not a number is no sample. Any fault refuses the whole text, as half a scrape would look like a drop.
 */
export function parseExposition(text: string, options: ExpositionOptions): Exposition {
  const { memory, isWanted, isOpenMetrics } = options;
  const reading: Reading = { isWanted, isOpenMetrics, memory, text, scrape: memory.begin(), samples: [], duplicates: 0, isEnded: false };
  const fault = readLines(reading);
  if (fault !== null) return { isRead: false, fault, ended: memory.endAll() };
  return { isRead: true, samples: reading.samples, ended: memory.finish(), duplicates: reading.duplicates };
}

function readLines(reading: Reading): string | null {
  const { text } = reading;
  if (text.length > expositionLengthMost) return `longer than ${expositionLengthMost} characters`;
  let at = 0;
  for (let line = 1; at < text.length; line++) {
    if (line > linesMost) return `more than ${linesMost} lines`;
    const end = text.indexOf(lineFeed, at);
    if (end === -1) return `line ${line}: cut off before its end`;
    const fault = readLine(reading, at, end);
    if (fault !== null) return `line ${line}: ${fault}`;
    at = end + 1;
  }
  return reading.isOpenMetrics && !reading.isEnded ? "cut off before # EOF" : null;
}

function readLine(reading: Reading, from: number, end: number): string | null {
  const { text, memory } = reading;
  const expected = memory.expected();
  // A shorter name that begins the same is told apart by the blank that has to follow.
  if (expected && !reading.isEnded && text.startsWith(expected.text, from) && isBlank(text.charCodeAt(from + expected.text.length)))
    return readValue(reading, expected, { from: from + expected.text.length, end });
  const start = skipBlanks(text, from, end);
  if (start === end) return null;
  if (text.charCodeAt(start) === hash) {
    if (reading.isOpenMetrics && end - start === 5 && text.startsWith("# EOF", start)) reading.isEnded = true;
    return null;
  }
  if (reading.isEnded) return "something follows # EOF";
  const seriesEnd = endOfSeries(reading, start, end);
  if (typeof seriesEnd !== "number") return seriesEnd;
  const series = memory.find(text.slice(start, seriesEnd));
  return typeof series === "string" ? series : readValue(reading, series, { from: seriesEnd, end });
}

/** Where the name and labels end; null when nobody wants them, or the fault in words. */
function endOfSeries({ text, isWanted }: Reading, start: number, end: number): number | string | null {
  const endMost = Math.min(end, start + seriesLengthMost);
  const nameEnd = endOfName(text, start, endMost);
  if (nameEnd === start) return "no name of a metric";
  if (isWanted !== null && !isWanted(text, start, nameEnd)) return null;
  const braceAt = skipBlanks(text, nameEnd, end);
  if (text.charCodeAt(braceAt) !== openBrace) return nameEnd;
  const seriesEnd = endOfBraces(text, braceAt, endMost);
  return seriesEnd === -1 ? `the labels have no end within ${seriesLengthMost} characters` : seriesEnd;
}

function readValue(reading: Reading, series: KnownSeries, { from, end }: { from: number; end: number }): string | null {
  const { text, memory, samples } = reading;
  const valueAt = skipBlanks(text, from, end);
  if (valueAt === end) return "no value";
  const valueEnd = endOfWord(text, valueAt, end);
  const value = readNumber(text, valueAt, valueEnd);
  if (value === null) return "the value is no number";
  const fault = faultAfterValue(reading, valueEnd, end);
  if (fault !== null) return fault;
  if (Number.isNaN(value)) return null;
  memory.advance(series);
  if (series.seenIn === reading.scrape) {
    reading.duplicates++;
    return null;
  }
  series.seenIn = reading.scrape;
  if (samples.length >= samplesMost) return `more than ${samplesMost} samples`;
  samples.push({ labels: series.labels, value });
  return null;
}

/** What may follow a value: a time, and in OpenMetrics an exemplar; neither is used. */
function faultAfterValue({ text, isOpenMetrics }: Reading, from: number, end: number): string | null {
  const isOver = (at: number): boolean => at === end || (isOpenMetrics && text.charCodeAt(at) === hash);
  const timeAt = skipBlanks(text, from, end);
  if (isOver(timeAt)) return null;
  const timeEnd = endOfWord(text, timeAt, end);
  if (readNumber(text, timeAt, timeEnd) === null) return "the time is no number";
  return isOver(skipBlanks(text, timeEnd, end)) ? null : "something follows the time";
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function endOfWord(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && !isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** A name is checked in full when its series is learnt; here it ends where a label or a value may begin. */
function endOfName(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text.charCodeAt(at) !== openBrace && !isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** The position behind the closing brace, -1 without one; a brace within quotes closes nothing. */
function endOfBraces(text: string, from: number, end: number): number {
  let isQuoted = false;
  for (let at = from + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) isQuoted = !isQuoted;
    else if (code === backslash && isQuoted) at++;
    else if (code === closeBrace && !isQuoted) return at + 1;
  }
  return -1;
}

const isBlank = (code: number): boolean => code === blank || code === tab;

/** A number as Go reads it, without its hexadecimal forms; null when it is none. */
function readNumber(text: string, from: number, to: number): number | null {
  if (to - from > numberLengthMost) return null;
  const word = text.slice(from, to);
  if (decimal.test(word)) return Number(word);
  const sign = infinite.exec(word)?.[1];
  if (sign !== undefined) return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return notANumber.test(word) ? Number.NaN : null;
}
