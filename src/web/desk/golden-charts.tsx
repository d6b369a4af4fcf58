import { useState } from "preact/hooks";
import type { NowView, SeriesView } from "../../desk/views.ts";
import { Chart } from "../parts/chart/chart.tsx";
import type { ChartThreshold } from "../parts/chart/chart-line.ts";
import { chartSpan } from "../parts/chart/chart-span.ts";
import { Fault } from "../parts/fault.tsx";
import { live } from "./live.ts";
import { signalChart, type SignalLine } from "./signal-chart.ts";
import { useSignals } from "./use-signals.ts";

interface GoldenChart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly SignalLine[];
  thresholds(now: NowView | null): readonly ChartThreshold[];
}

/** Points older than this many steps, of at least this many milliseconds, are stale. */
const staleSteps = 3;
const stepLeastMs = 5_000;

const none = (): readonly ChartThreshold[] => [];
/** What the objective about answers promises, as a share that may fail; the one about time says its limit in its title. */
function errorLimit(now: NowView | null): readonly ChartThreshold[] {
  const objective = now?.objectives.find(({ name }) => name === "redirect-availability");
  return objective === undefined ? [] : [{ value: (1 - objective.target) * 100, text: `objective ${Number(((1 - objective.target) * 100).toFixed(3))} %` }];
}
function latencyLimit(now: NowView | null): readonly ChartThreshold[] {
  const limitMs = /(\d+) ms/.exec(now?.objectives.find(({ name }) => name === "redirect-latency")?.title ?? "")?.[1];
  return limitMs === undefined ? [] : [{ value: Number(limitMs), text: `objective ${limitMs} ms` }];
}

const charts: readonly GoldenChart[] = [
  {
    title: "Latency",
    unit: "ms",
    lines: [
      { signal: "latency_p99:seconds", scale: 1_000, label: "p99", color: "line-1" },
      { signal: "latency_p95:seconds", scale: 1_000, label: "p95", color: "line-2" },
      { signal: "latency_p50:seconds", scale: 1_000, label: "p50", color: "line-3" },
    ],
    thresholds: latencyLimit,
  },
  { title: "Traffic", unit: "req/s", lines: [{ signal: "traffic:per_second", scale: 1, by: "route", color: "line-1" }], thresholds: none },
  {
    title: "Errors",
    unit: "%",
    lines: [
      { signal: "errors_5xx:share", scale: 100, label: "5xx", color: "bad" },
      { signal: "errors_4xx:share", scale: 100, label: "4xx", color: "line-3" },
    ],
    thresholds: errorLimit,
  },
];

const saturation: readonly (GoldenChart & { readonly name: string })[] = [
  { name: "CPU", title: "CPU", unit: "%", lines: [{ signal: "cpu:cores", scale: 100, by: "instance", color: "line-1" }], thresholds: none },
  { name: "Memory", title: "Memory", unit: "MB", lines: [{ signal: "memory:bytes", scale: 1e-6, by: "instance", color: "line-1" }], thresholds: none },
  {
    name: "Loop",
    title: "Loop",
    unit: "ms",
    lines: [{ signal: "event_loop_lag_max:seconds", scale: 1_000, by: "instance", color: "line-1" }],
    thresholds: none,
  },
];

const signalNames = [...charts, ...saturation].flatMap(({ lines }) => lines.map(({ signal }) => signal));

/** Latency, traffic, errors and saturation over the span of the page. */
export function GoldenCharts() {
  const [shown, setShown] = useState("CPU");
  const span = chartSpan.span.value;
  const isLive = chartSpan.choice.value.zoomed === null;
  const { views, span: shownSpan, problem, reload } = useSignals(signalNames, span);
  const now = live.now.value;
  const draw = ({ title, unit, lines, thresholds }: GoldenChart, aside?: preact.ComponentChildren) => {
    const content = views === null ? null : signalChart(lines, views, { span: shownSpan, thresholds: thresholds(now) });
    const staleAfterMs = isLive ? staleSteps * Math.max(stepLeastMs, stepOf(views?.get(lines[0]?.signal ?? ""))) : null;
    return <Chart key={title} {...{ title, unit, content, staleAfterMs, aside }} syncKey="now" onZoom={chartSpan.zoom} onZoomOut={chartSpan.zoomOut} />;
  };
  const chosen = saturation.find(({ name }) => name === shown);
  return (
    <>
      {problem !== null && <Fault what="The charts could not be loaded" problem={problem} retry={reload} meanwhile="The state above comes by another way." />}
      <div class="chart-grid">
        {charts.map((chart) => draw(chart))}
        {chosen !== undefined && draw(chosen, <Switch shown={shown} onChoose={setShown} />)}
      </div>
    </>
  );
}

function stepOf(view: SeriesView | undefined): number {
  return view?.stepMs ?? 0;
}

function Switch({ shown, onChoose }: { shown: string; onChoose: (name: string) => void }) {
  return (
    <>
      {saturation.map(({ name }) => (
        <button key={name} type="button" class="btn btn-ghost btn-xs" aria-pressed={name === shown} onClick={() => onChoose(name)}>
          {name}
        </button>
      ))}
    </>
  );
}
