import { useState } from "preact/hooks";
import type { DrillView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { Moment } from "../parts/moment.tsx";
import { notify } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { spanText } from "../parts/time-text.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { write } from "./write.ts";

interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly what: string;
}
interface DrillsAnswer {
  readonly scenarios: readonly Scenario[];
  readonly drills: readonly DrillView[];
  readonly isAllowed: boolean;
  readonly reason: string | null;
}

/** A drill that runs is looked at this often, in milliseconds. */
const refreshMs = 3_000;

/** Named faults on a drill instance, and how well each was noticed, mailed and survived. */
export function DrillsPage() {
  const asked = useAnswer<DrillsAnswer>("/api/drills", refreshMs);
  const [chosen, setChosen] = useState<Scenario | null>(null);
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Drills</h1>
      </div>
      <AskedContent asked={asked} what="The drills" rows={12}>
        {(answer) => (
          <>
            <Scenarios answer={answer} onRun={setChosen} />
            <Scores answer={answer} />
          </>
        )}
      </AskedContent>
      {chosen !== null && (
        <FormDialog
          title={`Run “${chosen.title}”?`}
          verb="Run the drill"
          onClose={() => setChosen(null)}
          submit={async () => {
            const started = await write<DrillView>("POST", "/api/drills", { scenario: chosen.name });
            if (!started.isOk) return started.problem;
            notify("drill", `${chosen.title} runs. Everything it causes is marked as a drill.`);
            asked.reload();
            return null;
          }}
        >
          <p>{chosen.what}</p>
          <p class="muted">It breaks the drill instance, opens an incident that is marked as a drill, mails as a real one would, and mends itself.</p>
        </FormDialog>
      )}
    </>
  );
}

function Scenarios({ answer: { scenarios, drills, isAllowed, reason }, onRun }: { answer: DrillsAnswer; onRun: (scenario: Scenario) => void }) {
  const isRunning = drills.some(({ endedAtMs }) => endedAtMs === null);
  return (
    <Panel title="Scenarios">
      {!isAllowed && (
        <p>
          <StateMark state="unknown" word="Not allowed here" />: {reason ?? "drills are switched off."}
        </p>
      )}
      <ul class="rows">
        {scenarios.map((scenario) => (
          <li key={scenario.name} class="row">
            <span class="row-main">
              <b>{scenario.title}</b>
              <span class="block muted">{scenario.what}</span>
            </span>
            <button type="button" class="btn btn-sm" aria-label={`Run ${scenario.title}`} disabled={!isAllowed || isRunning} onClick={() => onRun(scenario)}>
              Run
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function outcome({ endedAtMs, passed }: DrillView) {
  if (endedAtMs === null) return <StateMark state="drill" word="running" />;
  if (passed === null) return <StateMark state="unknown" word="no score" />;
  return passed ? <StateMark state="good" word="passed" /> : <StateMark state="bad" word="failed" />;
}

const after = (ms: number | null, isOver: boolean): string => (ms === null ? (isOver ? "never" : "…") : spanText(ms));

function Scores({ answer: { drills, scenarios } }: { answer: DrillsAnswer }) {
  const titles = new Map(scenarios.map(({ name, title }) => [name, title]));
  return (
    <Panel title="Scores">
      {drills.length === 0 ? (
        <Empty>None yet. A drill shows how soon a fault is noticed, mailed and over.</Empty>
      ) : (
        <table class="table stacking">
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              <th scope="col">Scenario</th>
              <th scope="col" class="number">
                Detected in
              </th>
              <th scope="col" class="number">
                Mailed in
              </th>
              <th scope="col" class="number">
                Recovered in
              </th>
              <th scope="col" class="number">
                False pages
              </th>
              <th scope="col">Started</th>
            </tr>
          </thead>
          <tbody>
            {drills.map((drill) => (
              <tr key={drill.id}>
                <td data-name="Outcome">{outcome(drill)}</td>
                <td class="wide-cell">
                  <b>{titles.get(drill.scenario) ?? drill.scenario}</b>
                  {drill.note !== "" && <span class="block muted">{drill.note}</span>}
                </td>
                <td data-name="Detected in" class="number">
                  {after(drill.detectedMs, drill.endedAtMs !== null)}
                </td>
                <td data-name="Mailed in" class="number">
                  {after(drill.mailedMs, drill.endedAtMs !== null)}
                </td>
                <td data-name="Recovered in" class="number">
                  {after(drill.recoveredMs, drill.endedAtMs !== null)}
                </td>
                <td data-name="False pages" class="number">
                  {drill.falsePages}
                </td>
                <td data-name="Started" class="whitespace-nowrap">
                  <Moment atMs={drill.startedAtMs} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
