import type { Labels } from "../evaluate/series-source.ts";

/** What one series of a target may have. More is not a name but an attack on the store, and refused. */
const labelsMost = 32;
const nameLengthMost = 128;
const valueLengthMost = 1_024;
const metricLengthMost = 200;
/** Longest text of one series, its name and labels as written, in characters. */
export const seriesLengthMost = 8_192;

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelName = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"/y;
const escape = /\\([\\n"])/g;

/** What a series is called, as far as it is the same at every target that writes it so. */
export interface SeriesTemplate {
  /** As it was written. */
  readonly text: string;
  /** Distinct for distinct series of one target. */
  readonly key: string;
  /** In order; a value of null is the target's own label of that name. */
  readonly labels: readonly { readonly name: string; readonly value: string | null }[];
}

/** Labels that the desk adds. A series' own of that name is renamed to `exported_…`, as Prometheus does. */
const targetLabels: readonly string[] = ["instance", "job"];

/**
 * Reads the name and labels of one series, such as `up{route="/"}`. A label with an empty value counts as absent.
 *
 * @returns the template, or the fault in words
 */
export function readSeriesText(text: string): SeriesTemplate | string {
  const metric = metricName.exec(text)?.[0] ?? "";
  if (metric === "") return "no name of a metric";
  if (metric.length > metricLengthMost) return `a metric's name is longer than ${metricLengthMost} characters`;
  const own = readLabels(text, metric.length);
  if (typeof own === "string") return own;
  const labels: SeriesTemplate["labels"][number][] = targetLabels.map((name) => ({ name, value: null }));
  for (const [name, value] of Object.entries(own)) if (value !== "") labels.push({ name: freeName(name, own), value });
  labels.sort((left, right) => (left.name < right.name ? -1 : 1));
  labels.unshift({ name: "__name__", value: metric });
  // The length keeps values apart that contain what looks like another label.
  return { text, labels, key: labels.map(({ name, value }) => `${name}=${value?.length}:${value}`).join() };
}

function freeName(label: string, own: Labels): string {
  if (!targetLabels.includes(label)) return label;
  let renamed = `exported_${label}`;
  while (Object.hasOwn(own, renamed)) renamed = `exported_${renamed}`;
  return renamed;
}

/** The labels between braces, which start at `from` or are not there. */
function readLabels(text: string, from: number): Labels | string {
  const labels: Record<string, string> = {};
  let count = 0;
  let at = skipBlanks(text, from);
  if (at === text.length) return labels;
  at = skipBlanks(text, at + 1);
  while (text[at] !== "}") {
    labelName.lastIndex = at;
    const name = labelName.exec(text)?.[1];
    if (name === undefined) return "a label cannot be read";
    const valueAt = labelName.lastIndex;
    const valueEnd = endOfQuote(text, valueAt);
    if (valueEnd === -1) return "a label's value has no end";
    const fault = faultOf(name, valueEnd - valueAt, labels);
    if (fault !== null) return fault;
    if (++count > labelsMost) return `a series has more than ${labelsMost} labels`;
    const value = text.slice(valueAt, valueEnd);
    labels[name] = value.includes("\\") ? value.replace(escape, (_, letter: string) => (letter === "n" ? "\n" : letter)) : value;
    at = skipBlanks(text, valueEnd + 1);
    if (text[at] === ",") at = skipBlanks(text, at + 1);
    else if (text[at] !== "}") return "labels are not separated by a comma";
  }
  return at === text.length - 1 ? labels : "something follows the labels";
}

function faultOf(name: string, valueLength: number, before: Labels): string | null {
  if (name.startsWith("__")) return "a label's name starts with __, which is reserved";
  if (name.length > nameLengthMost) return `a label's name is longer than ${nameLengthMost} characters`;
  if (valueLength > valueLengthMost) return `a label's value is longer than ${valueLengthMost} characters`;
  return Object.hasOwn(before, name) ? "a label is there twice" : null;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

/** Where the quote closes that was opened just before `from`; -1 when it does not. A backslash takes the next character with it. */
function endOfQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let firstBackslash = at;
    while (firstBackslash > from && text[firstBackslash - 1] === "\\") firstBackslash--;
    if ((at - firstBackslash) % 2 === 0) return at;
  }
  return -1;
}
