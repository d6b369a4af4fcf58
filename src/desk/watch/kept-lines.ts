import type { LogLine } from "./log-line.ts";

/** Lines in order of their arrival; the oldest give way. */
export interface KeptLines {
  add(line: LogLine): void;
  readonly count: number;
  /** The line that arrived `index` before the newest. */
  newest(index: number): LogLine | undefined;
}

/** Keeps at most `linesMost` lines with at most `charactersMost` characters as they were written. */
export function createKeptLines({ linesMost, charactersMost }: { linesMost: number; charactersMost: number }): KeptLines {
  let lines: (LogLine | undefined)[] = [];
  let first = 0;
  let characters = 0;
  return {
    get count() {
      return lines.length - first;
    },
    newest: (index) => lines[lines.length - 1 - index],
    add: (line) => {
      lines.push(line);
      characters += line.raw.length;
      while (lines.length - first > linesMost || characters > charactersMost) {
        characters -= lines[first]?.raw.length ?? 0;
        lines[first] = undefined;
        first++;
      }
      if (first > linesMost) {
        lines = lines.slice(first);
        first = 0;
      }
    },
  };
}
