import { runbookText } from "./runbook-text.ts";

/** One thing to do, out of a runbook. */
export interface RunbookStep {
  /** One line without markup: what the timeline says when it is done. */
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

export interface RunbookSection {
  readonly heading: string;
  /** Markdown before the first step. */
  readonly text: string;
  readonly steps: readonly RunbookStep[];
}

/** Sections in which every item of the list is a step; those that are looked up, not done, have none. */
const stepStarts: Readonly<Record<string, RegExp>> = { Diagnosis: /^\d+\. /m, Mitigation: /^- /m };
const titleLengthMost = 160;

/** A runbook as sections with steps. */
export function readRunbook(markdown: string): { readonly intro: string; readonly sections: readonly RunbookSection[] } {
  const [intro = "", ...parts] = runbookText(markdown).split(/^## /m);
  return { intro: intro.trim(), sections: parts.map(readSection) };
}

function readSection(part: string): RunbookSection {
  const [heading = "", ...lines] = part.split("\n");
  const body = lines.join("\n").trim();
  if (heading === "Verify" && body !== "") return { heading, text: "", steps: [{ title: "Verified that it is over", text: body }] };
  const start = stepStarts[heading];
  if (start === undefined) return { heading, text: body, steps: [] };
  const [text = "", ...items] = splitOutsideCode(body, start);
  return { heading, text: text.trim(), steps: items.map((item) => ({ title: titleOf(item), text: item.trim() })) };
}

/** A comment in a command may look like an item of a list, so code is no place to split at. */
function splitOutsideCode(body: string, start: RegExp): string[] {
  const pieces: string[][] = [[]];
  let isCode = false;
  for (const line of body.split("\n")) {
    if (line.startsWith("```")) isCode = !isCode;
    if (!isCode && start.test(line)) pieces.push([line.replace(start, "")]);
    else pieces.at(-1)?.push(line);
  }
  return pieces.map((lines) => lines.join("\n"));
}

function titleOf(item: string): string {
  const [line = ""] = item.trim().split("\n");
  return line
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[*`]/g, "")
    .slice(0, titleLengthMost);
}
