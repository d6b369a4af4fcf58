import { AskedContent } from "../parts/asked-content.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { runbookText } from "./runbook-text.ts";

/** A runbook as it is written, with its commands to copy. */
export function RunbookPage({ name }: { name: string }) {
  const asked = useAnswer<{ name: string; text: string }>(`/api/runbooks/${encodeURIComponent(name)}`);
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">{name}</h1>
        <a href="/runbooks">All runbooks</a>
      </div>
      <AskedContent asked={asked} what={`The runbook ${name}`} rows={16}>
        {({ text }) => <Markdown text={runbookText(text)} />}
      </AskedContent>
    </>
  );
}
