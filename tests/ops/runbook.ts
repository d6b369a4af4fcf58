/** A block of commands, as the reader pastes it. */
export interface RunbookBlock {
  readonly section: string;
  readonly text: string;
  /** The sentence before it says "Changes something:". */
  readonly isChanging: boolean;
  /** What follows it, up to the next block or heading. */
  readonly after: string;
}

export interface Runbook {
  readonly path: string;
  /** Of the alert, as the title says. */
  readonly title: string;
  /** The first line under the title. */
  readonly summary: string;
  readonly sections: readonly string[];
  readonly blocks: readonly RunbookBlock[];
  readonly text: string;
}

/** What announces that the next block changes something. */
const announcement = "Changes something:";

/** Takes a runbook apart. Nothing is checked. */
export function parseRunbook(path: string, text: string): Runbook {
  const [, title = ""] = /^# (.+)$/m.exec(text) ?? [];
  const [, summary = ""] = /^# .+\n+(.*)$/m.exec(text) ?? [];
  const parts = text.split(/^## (?=.)/m).slice(1);
  const named = parts.map((part) => ({ section: part.slice(0, part.indexOf("\n")), body: part.slice(part.indexOf("\n") + 1) }));
  return { path, title, summary, sections: named.map(({ section }) => section), blocks: named.flatMap(blocksOf), text };
}

function blocksOf({ section, body }: { section: string; body: string }): RunbookBlock[] {
  const [first = "", ...rest] = body.split(/^```sh\n/m);
  let before = first;
  return rest.map((piece) => {
    const end = piece.indexOf("```");
    const after = piece.slice(end + 3).trim();
    const block = { section, text: piece.slice(0, end), isChanging: lastParagraph(before).includes(announcement), after };
    before = after;
    return block;
  });
}

const lastParagraph = (text: string): string => text.trim().split(/\n\n+/).at(-1) ?? "";
