import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { useMemo } from "preact/hooks";
import { CodeBlock } from "./code-block.tsx";
import { splitMarkdown, type MarkdownPart } from "./split-markdown.ts";

/** Markdown as a page shows it: HTML in it is text, commands have a button to copy them, pictures of the desk's are pictures. */
export function Markdown({ text }: { text: string }) {
  const parts = useMemo(() => splitMarkdown(text), [text]);
  return (
    <div class="prose">
      {parts.map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </div>
  );
}

function Part({ part: { kind, text } }: { part: MarkdownPart }) {
  const html = useMemo(() => (kind === "text" ? micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()] }) : ""), [kind, text]);
  if (kind === "code") return <CodeBlock text={text} />;
  // As the source of an image a picture can neither run scripts nor load anything.
  if (kind === "picture") return <img class="prose-picture" alt={altOf(text)} src={`data:image/svg+xml,${encodeURIComponent(text)}`} />;
  return <div dangerouslySetInnerHTML={{ __html: html }} />;
}

function altOf(svg: string): string {
  const label = /aria-label="([^"]*)"/.exec(svg)?.[1] ?? "Chart";
  return label.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
