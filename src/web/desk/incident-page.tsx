import { useEffect, useState } from "preact/hooks";
import type { IncidentView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { useKeys } from "../parts/keyboard.ts";
import { useAnswer, type Asked } from "../parts/use-answer.ts";
import { IncidentEvidence } from "./incident-evidence.tsx";
import { IncidentHeader } from "./incident-header.tsx";
import { takeStep, type Step } from "./incident-step.ts";
import { stepsOf } from "./incident-steps.ts";
import { IncidentTimeline } from "./incident-timeline.tsx";
import { live } from "./live.ts";
import { MergeDialog } from "./merge-dialog.tsx";
import { NoteBox } from "./note-box.tsx";
import { PublicUpdates } from "./public-updates.tsx";
import { RunbookChecklist } from "./runbook-checklist.tsx";
import { SplitDialog } from "./split-dialog.tsx";

export type IncidentDialog = "resolve" | "merge" | "split" | null;

/** One incident: its story on the left, what was measured and what to do on the right. */
export function IncidentPage({ id }: { id: number }) {
  const asked = useAnswer<IncidentView>(`/api/incidents/${id}`);
  const news = live.news.value;
  useEffect(() => {
    if (news.id === id) asked.reload();
  }, [news.count]);
  return (
    <AskedContent asked={asked} what={`INC-${id}`} rows={12}>
      {(view) => <Content view={view} asked={asked} />}
    </AskedContent>
  );
}

function Content({ view, asked }: { view: IncidentView; asked: Asked<IncidentView> }) {
  const { incident, timeline } = view;
  const [dialog, setDialog] = useState<IncidentDialog>(null);
  const steps = stepsOf(incident);
  async function take(step: Step): Promise<void> {
    if (!steps.includes(step)) return;
    await takeStep(incident, step);
    asked.reload();
  }
  const close = (): void => setDialog(null);
  useKeys([
    { keys: "a", what: "Acknowledge", run: () => void take("acknowledge") },
    { keys: "m", what: "Mark as mitigated", run: () => void take("mitigate") },
    { keys: "r", what: "Resolve", run: () => steps.includes("resolve") && setDialog("resolve") },
    { keys: "n", what: "Write a note", run: () => document.querySelector<HTMLElement>("#note")?.focus() },
  ]);
  return (
    <>
      <IncidentHeader
        view={view}
        steps={steps}
        take={(step) => (step === "resolve" ? setDialog("resolve") : void take(step))}
        open={setDialog}
        reload={asked.reload}
      />
      <div class="story-columns">
        <div class="stack">
          <NoteBox incidentId={incident.id} reload={asked.reload} />
          <IncidentTimeline timeline={timeline} />
          <PublicUpdates view={view} reload={asked.reload} />
        </div>
        <div class="stack">
          <IncidentEvidence view={view} />
          {view.runbooks.map((name, index) => (
            <RunbookChecklist key={name} name={name} isFolded={index > 0} incidentId={incident.id} timeline={timeline} reload={asked.reload} />
          ))}
        </div>
      </div>
      {dialog === "resolve" && (
        <FormDialog title={`Resolve INC-${incident.id}?`} verb="Resolve" onClose={close} submit={() => take("resolve").then(() => null)}>
          <p>Everyone who was mailed is told that it is over. If the alert fires again within 10 minutes, the incident opens again.</p>
        </FormDialog>
      )}
      {dialog === "merge" && <MergeDialog incident={incident} onClose={close} reload={asked.reload} />}
      {dialog === "split" && <SplitDialog view={view} onClose={close} reload={asked.reload} />}
    </>
  );
}
