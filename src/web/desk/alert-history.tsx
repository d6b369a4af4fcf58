import { AskedContent } from "../parts/asked-content.tsx";
import { clock } from "../parts/clock.ts";
import { Empty } from "../parts/empty.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark, type State } from "../parts/state-mark.tsx";
import { clockText, exactText } from "../parts/time-text.ts";
import { useAnswer } from "../parts/use-answer.ts";

interface AlertEvent {
  readonly atMs: number;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
}

const eventsMost = 50;
/** Labels that say what the name says, or the same of every alert. */
const said: ReadonlySet<string> = new Set(["alertname", "job", "service"]);
const states: Readonly<Record<string, State>> = { firing: "bad", pending: "warning", inactive: "good", resolved: "good" };

/** Which rule changed its state when, newest first. */
export function AlertHistory() {
  const asked = useAnswer<{ events: readonly AlertEvent[] }>(`/api/alerts/history?limit=${eventsMost}`);
  return (
    <Panel title="History">
      <AskedContent asked={asked} what="The history" rows={6}>
        {({ events }) =>
          events.length === 0 ? (
            <Empty>Nothing has fired yet. Every change of a rule's state will be listed here.</Empty>
          ) : (
            <ul class="rows">
              {events.map(({ atMs, name, labels, state }, index) => (
                <li key={`${atMs}${name}${index}`} class="row">
                  <time class="muted clock-cell" title={exactText(atMs)} dateTime={new Date(atMs).toISOString()}>
                    {clockText(atMs, clock.nowMs.value)}
                  </time>
                  <span class="state-cell">
                    <StateMark state={states[state] ?? "unknown"} word={state === "inactive" ? "quiet again" : state} />
                  </span>
                  <span class="row-main">
                    {name}{" "}
                    <span class="mono muted">
                      {Object.entries(labels)
                        .filter(([label]) => !said.has(label))
                        .map(([label, value]) => `${label}=${value}`)
                        .join(" ")}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </AskedContent>
    </Panel>
  );
}
