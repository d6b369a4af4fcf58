import { useState } from "preact/hooks";
import type { StoredChart } from "../../desk/incidents/capture-evidence.ts";
import type { IncidentView } from "../../desk/views.ts";
import type { EvidenceKind, Incident } from "../../storage/desk/incident-store.ts";
import { Chart } from "../parts/chart/chart.tsx";
import type { ChartSpan } from "../parts/chart/chart-line.ts";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { Panel } from "../parts/panel.tsx";
import { EvidenceLists } from "./evidence-lists.tsx";
import { storedChart } from "./stored-chart.ts";

/** Before the impact and after the opening, what the link to the live charts shows, in milliseconds. */
const aroundMs = 1_800_000;
/** Charts that are shown before the others are asked for. */
const shownFirst = 4;

export type EvidenceContent = (kind: EvidenceKind) => unknown;

/** What was measured in the hour before it opened, kept as it was then. */
export function IncidentEvidence({ view }: { view: IncidentView }) {
  const content: EvidenceContent = (kind) => view.evidence.find((part) => part.kind === kind)?.content;
  const charts = (content("signals") ?? []) as readonly StoredChart[];
  const [zoomed, setZoomed] = useState<ChartSpan | null>(null);
  return (
    <>
      <div class="page-head">
        <h2 class="page-subtitle">Evidence</h2>
        <CapturedAt atMs={view.evidence[0]?.capturedAtMs} />
        <span class="flex gap-3">
          {zoomed !== null && (
            <button type="button" class="btn btn-xs" onClick={() => setZoomed(null)}>
              Leave the zoom
            </button>
          )}
          <a href={liveHref(view.incident)}>Charts until now</a>
        </span>
      </div>
      {charts.length === 0 && (
        <Panel title="Signals">
          <Empty>No signals were captured when this incident opened.</Empty>
        </Panel>
      )}
      <StoredCharts charts={charts} impactMs={view.incident.impactStartedAtMs} zoomed={zoomed} onZoom={setZoomed} />
      <EvidenceLists view={view} content={content} />
    </>
  );
}

function liveHref({ impactStartedAtMs, resolvedAtMs }: Incident): string {
  const nowMs = Date.now();
  return `/?from=${impactStartedAtMs - aroundMs}&to=${Math.min((resolvedAtMs ?? nowMs) + aroundMs, nowMs)}`;
}

function CapturedAt({ atMs }: { atMs: number | undefined }) {
  if (atMs === undefined) return <span class="small muted">none captured yet</span>;
  return (
    <span class="small muted">
      captured <Moment atMs={atMs} />
    </span>
  );
}

interface StoredChartsProps {
  readonly charts: readonly StoredChart[];
  readonly impactMs: number;
  readonly zoomed: ChartSpan | null;
  onZoom(span: ChartSpan | null): void;
}

function StoredCharts({ charts, impactMs, zoomed, onZoom }: StoredChartsProps) {
  const [isAll, setAll] = useState(false);
  return (
    <>
      <div class="evidence-charts">
        {(isAll ? charts : charts.slice(0, shownFirst)).map((chart) => {
          const { unit, content } = storedChart(chart, impactMs);
          const shown = zoomed === null ? content : { ...content, span: zoomed };
          const zoom = { onZoom, onZoomOut: () => onZoom(null) };
          return <Chart key={chart.name} title={chart.title} unit={unit} content={shown} height={130} syncKey="evidence" staleAfterMs={null} {...zoom} />;
        })}
      </div>
      {!isAll && charts.length > shownFirst && (
        <button type="button" class="btn btn-sm self-start" onClick={() => setAll(true)}>
          Show {charts.length - shownFirst} more charts
        </button>
      )}
    </>
  );
}
