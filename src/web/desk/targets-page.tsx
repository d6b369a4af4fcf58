import type { TargetView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { spanText } from "../parts/time-text.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { valueText } from "../parts/value-text.ts";

/** Targets are scraped every 5 s, in milliseconds. */
const refreshMs = 5_000;

/** What is watched, from inside by scrapes and from outside by probes. */
export function TargetsPage() {
  const asked = useAnswer<{ targets: readonly TargetView[] }>("/api/targets", refreshMs);
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Targets</h1>
      </div>
      <AskedContent asked={asked} what="The targets" rows={8}>
        {({ targets }) =>
          targets.length === 0 ? (
            <Empty>Nothing is watched yet. The setting for targets names the addresses that are scraped.</Empty>
          ) : (
            <div class="card-grid">
              {targets.map((target) => (
                <Target key={target.instance} target={target} />
              ))}
            </div>
          )
        }
      </AskedContent>
    </>
  );
}

function Target({ target: { instance, address, isUp, reason, scrapedAtMs, scrapeMs, samples, version, startedAtMs, probes } }: { target: TargetView }) {
  return (
    <Panel title={instance} aside={<StateMark state={isUp ? "good" : "bad"} word={isUp ? "up" : "down"} />}>
      {reason !== null && <p>{reason}</p>}
      <dl class="facts">
        <div>
          <dt>Address</dt>
          <dd class="mono">{address}</dd>
        </div>
        <div>
          <dt>Scraped</dt>
          <dd>
            {scrapedAtMs === null ? "never" : <Moment atMs={scrapedAtMs} />}
            {scrapeMs !== null && `, in ${valueText(scrapeMs)} ms`}
          </dd>
        </div>
        <div>
          <dt>Samples</dt>
          <dd>{valueText(samples)}</dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{version ?? "unknown"}</dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>{startedAtMs === null ? "unknown" : <Moment atMs={startedAtMs} />}</dd>
        </div>
      </dl>
      {probes.length > 0 && (
        <ul class="rows" aria-label={`Probes of ${instance}`}>
          {probes.map(({ name, isOk, reason: why, durationMs }) => (
            <li key={name} class="row">
              <span class="state-cell">
                <StateMark state={isOk ? "good" : "bad"} word={isOk ? "ok" : "fails"} />
              </span>
              <span class="row-main">
                {name}
                {why !== null && <span class="block small muted">{why}</span>}
              </span>
              <span class="row-side">{durationMs === null ? "" : spanText(durationMs)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
