import type { AlertView, NowView } from "../../desk/views.ts";
import { SpanPicker } from "../parts/chart/span-picker.tsx";
import { Empty } from "../parts/empty.tsx";
import { Fault } from "../parts/fault.tsx";
import { useKeys } from "../parts/keyboard.ts";
import { Moment } from "../parts/moment.tsx";
import { Panel } from "../parts/panel.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { StateMark, type State } from "../parts/state-mark.tsx";
import { useListKeys } from "../parts/use-list-keys.ts";
import { AlertRows } from "./alert-rows.tsx";
import { GoldenCharts } from "./golden-charts.tsx";
import { IncidentRow } from "./incident-row.tsx";
import { takeStep } from "./incident-step.ts";
import { live } from "./live.ts";
import { ObjectiveRows } from "./objective-rows.tsx";
import { VerdictLine } from "./verdict.tsx";

/** Alerts on the first screen; a storm is told by its incident. */
const alertsMost = 6;

/** The first screen: is it well, and if not, what and who. */
export function NowPage() {
  const now = live.now.value;
  const problem = live.problem.value;
  const firstOpen = now?.incidents.find(({ state }) => state === "open");
  useListKeys();
  useKeys(firstOpen === undefined ? [] : [{ keys: "a", what: `Acknowledge INC-${firstOpen.id}`, run: () => void takeStep(firstOpen, "acknowledge") }]);
  const isBurning = (now?.incidents.length ?? 0) > 0;
  return (
    <>
      <div class="page-head">
        <VerdictLine />
        <SpanPicker />
      </div>
      {problem !== null && now === null && <Fault what="The state could not be loaded" problem={problem} retry={() => void live.reload()} />}
      {isBurning && now !== null && <OpenIncidents now={now} />}
      <GoldenCharts />
      <div class="two-columns">
        <Panel title="Objectives" aside={<a href="/objectives">Details</a>}>
          {now === null ? <Skeleton rows={4} /> : <ObjectiveRows objectives={now.objectives} />}
        </Panel>
        <div class="stack">
          {!isBurning && <OpenIncidents now={now} />}
          <Panel title="Firing alerts" aside={<a href="/alerts">All rules</a>}>
            {now === null ? <Skeleton rows={1} /> : <FiringAlerts now={now} />}
          </Panel>
        </div>
      </div>
      {now !== null && <HealthStrip now={now} />}
    </>
  );
}

function OpenIncidents({ now }: { now: NowView | null }) {
  return (
    <Panel title="Open incidents" aside={<a href="/incidents">All incidents</a>}>
      {now === null && <Skeleton rows={1} />}
      {now?.incidents.length === 0 && <Empty>None. One opens by itself when an alert fires.</Empty>}
      {now !== null && now.incidents.length > 0 && (
        <ul class="rows">
          {now.incidents.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function FiringAlerts({ now }: { now: NowView }) {
  const isHeld = ({ isSilenced, isInhibited }: AlertView): boolean => isSilenced || isInhibited;
  const shown = now.alerts.toSorted((a, b) => Number(isHeld(a)) - Number(isHeld(b))).slice(0, alertsMost);
  const others = now.alerts.length - shown.length;
  if (shown.length === 0) return <Empty>None. Every rule is quiet.</Empty>;
  return (
    <>
      <AlertRows alerts={shown} />
      {others > 0 && <a href="/alerts">And {others} more</a>}
    </>
  );
}

function mailMark({ isOk, fault }: NowView["mail"]): { state: State; word: string } {
  if (!isOk) return { state: "bad", word: "Mail fails" };
  return fault === null ? { state: "good", word: "Mail works" } : { state: "unknown", word: "Mail is off" };
}

/** Whether the desk itself can see and speak. */
function HealthStrip({ now: { targets, mail, silences, version } }: { now: NowView }) {
  const up = targets.filter(({ isUp }) => isUp).length;
  return (
    <p class="health-strip">
      <a href="/targets">
        <StateMark state={up === targets.length ? "good" : "bad"} word={`Targets ${up}/${targets.length} up`} />
      </a>
      <a href="/settings">
        <StateMark {...mailMark(mail)} />
      </a>
      <span class="muted">
        {mail.fault !== null && `${mail.fault} · `}
        {mail.waiting > 0 && `${mail.waiting} waiting · `}
        {mail.lastSentAtMs === null ? (
          "none sent yet"
        ) : (
          <>
            last sent <Moment atMs={mail.lastSentAtMs} />
          </>
        )}
      </span>
      <a href="/alerts#silences">{silences === 0 ? "No silences" : `${silences} ${silences === 1 ? "silence" : "silences"}`}</a>
      <span class="muted ml-auto">version {version}</span>
    </p>
  );
}
