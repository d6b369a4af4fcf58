import { useMemo, useState } from "preact/hooks";
import type { TimelineEntry } from "../../storage/desk/incident-store.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { clock } from "../parts/clock.ts";
import { Markdown } from "../parts/markdown.tsx";
import { notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { agoText } from "../parts/time-text.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { readRunbook, type RunbookSection, type RunbookStep } from "./read-runbook.ts";
import { write } from "./write.ts";

export interface RunbookChecklistProps {
  readonly name: string;
  /** Folded, as long as nobody asks for it. */
  readonly isFolded: boolean;
  readonly incidentId: number;
  readonly timeline: readonly TimelineEntry[];
  reload(): void;
}

/** The runbook as a list of things to do; what is ticked is told by the timeline, and stays. */
export function RunbookChecklist(props: RunbookChecklistProps) {
  const { name } = props;
  const [isFolded, setFolded] = useState(props.isFolded);
  const asked = useAnswer<{ name: string; text: string }>(isFolded ? null : `/api/runbooks/${encodeURIComponent(name)}`);
  const aside = (
    <>
      <button
        type="button"
        class="btn btn-ghost btn-xs"
        aria-expanded={!isFolded}
        aria-label={`${isFolded ? "Show the steps" : "Fold"} of ${name}`}
        onClick={() => setFolded(!isFolded)}
      >
        {isFolded ? "Show the steps" : "Fold"}
      </button>
      <a href={`/runbooks/${name}`}>Page</a>
    </>
  );
  return (
    <Panel title={`Runbook · ${name}`} aside={aside}>
      {!isFolded && (
        <AskedContent asked={asked} what={`The runbook ${name}`} rows={8}>
          {({ text }) => <Checklist {...props} text={text} />}
        </AskedContent>
      )}
    </Panel>
  );
}

function Checklist({ text, ...props }: RunbookChecklistProps & { text: string }) {
  const { sections } = useMemo(() => readRunbook(text), [text]);
  return (
    <>
      {sections.map((section) => (
        <Section key={section.heading} section={section} {...props} />
      ))}
    </>
  );
}

function Section({ section: { heading, text, steps }, ...props }: RunbookChecklistProps & { section: RunbookSection }) {
  if (steps.length === 0) {
    return (
      <details class="fold">
        <summary>{heading}</summary>
        <Markdown text={text} />
      </details>
    );
  }
  return (
    <section class="stack-tight">
      <h3 class="font-semibold">{heading}</h3>
      {text !== "" && <Markdown text={text} />}
      {steps.map((step) => (
        <Step key={step.title} step={step} {...props} />
      ))}
    </section>
  );
}

function Step({ step: { title, text }, name, incidentId, timeline, reload }: RunbookChecklistProps & { step: RunbookStep }) {
  const [isTicked, setTicked] = useState(false);
  const done = timeline.find((entry) => entry.kind === "runbook_step" && entry.details["runbook"] === name && entry.text === title);
  async function tick(): Promise<void> {
    setTicked(true);
    const answer = await write("POST", `/api/incidents/${incidentId}/runbook-steps`, { runbook: name, text: title });
    if (answer.isOk) return reload();
    setTicked(false);
    notifyProblem("The step is not ticked", answer.problem);
  }
  return (
    <div class={`step ${done === undefined ? "" : "step-done"}`}>
      <input
        type="checkbox"
        class="checkbox checkbox-sm"
        aria-label={`Done: ${title}`}
        checked={done !== undefined || isTicked}
        disabled={done !== undefined || isTicked}
        onChange={() => void tick()}
      />
      <div class="min-w-0 flex-1">
        <Markdown text={text} />
        {done !== undefined && (
          <p class="small muted">
            done by {done.author ?? "the desk"} {agoText(done.atMs, clock.nowMs.value)}
          </p>
        )}
      </div>
    </div>
  );
}
