/** A stretch of Markdown that is shown in one way. */
export interface MarkdownPart {
  readonly kind: "text" | "code" | "picture";
  /** Markdown, the inside of a block of code, or an SVG. */
  readonly text: string;
}

const fence = /^```[^\n`]*\n([^]*?)^```[ \t]*$/m;
const picture = /^<svg [^\n]*<\/svg>[ \t]*$/m;

/** Takes fenced code and pictures, where they start at the line's begin, out of the Markdown around them. */
export function splitMarkdown(text: string): MarkdownPart[] {
  const parts: MarkdownPart[] = [];
  let rest = text;
  while (rest !== "") {
    const [code, svg] = [fence.exec(rest), picture.exec(rest)];
    const isCode = code !== null && (svg === null || code.index < svg.index);
    const found = isCode ? code : svg;
    const before = found === null ? rest : rest.slice(0, found.index);
    if (before.trim() !== "") parts.push({ kind: "text", text: before });
    if (found === null) break;
    parts.push(isCode ? { kind: "code", text: (found[1] ?? "").trimEnd() } : { kind: "picture", text: found[0].trim() });
    rest = rest.slice(found.index + found[0].length);
  }
  return parts;
}
