import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";
import { Panel } from "../panel.tsx";
import { agoText, clockText, exactText } from "../time-text.ts";
import { clock } from "../clock.ts";
import { valueText } from "../value-text.ts";
import { ChartCanvas } from "./chart-canvas.tsx";
import type { ChartContent, ChartLine, ChartSpan } from "./chart-line.ts";
import { ChartTable } from "./chart-table.tsx";

export interface ChartProps {
  readonly title: string;
  readonly unit: string;
  /** Null until something has come. */
  readonly content: ChartContent | null;
  readonly syncKey: string;
  readonly height?: number;
  /** When this many milliseconds passed since the newest point, the chart is grey and says so; null for what is kept as it was. */
  readonly staleAfterMs: number | null;
  readonly aside?: ComponentChildren;
  onZoom?(span: ChartSpan): void;
  onZoomOut?(): void;
}

const heightDefault = 160;

const lastOf = ({ values }: ChartLine): number | null => values.findLast((value) => value !== null) ?? null;

/** When the newest point is; null when there is none. */
function newestMs({ timesMs, lines }: ChartContent): number | null {
  const index = timesMs.findLastIndex((_, index) => lines.some(({ values }) => values[index] != null));
  return index === -1 ? null : (timesMs[index] ?? null);
}

/** A chart with its unit in the title, the newest values, what it shows in words, and its points as a table. */
export function Chart({ title, unit, content, syncKey, height = heightDefault, staleAfterMs, aside, onZoom, onZoomOut }: ChartProps) {
  const hovered = useSignal<number | null>(null);
  const [isTable, setTable] = useState(false);
  const onHover = useCallback((index: number | null) => {
    hovered.value = index;
  }, []);
  const newest = content === null ? null : newestMs(content);
  const isStale = useComputed(() => {
    const nowMs = clock.nowMs.value;
    return staleAfterMs !== null && newest !== null && nowMs - newest > staleAfterMs;
  }).value;
  const name = `${title} · ${unit}`;
  const toggle = (
    <button
      type="button"
      class="btn btn-ghost btn-xs"
      aria-pressed={isTable}
      aria-label={`${title} as a table`}
      title="As a table"
      onClick={() => setTable(!isTable)}
    >
      ▤
    </button>
  );
  return (
    <Panel title={name} isStale={isStale} class="chart" aside={[aside, toggle]}>
      <Readings content={content} hovered={hovered} />
      <div class="chart-place" style={{ minHeight: `${height}px` }}>
        {content === null && <div class="skeleton absolute inset-0" role="status" aria-label="Loading" />}
        {content !== null && newest === null && <p class="chart-empty">No data in this span</p>}
        {content !== null && isTable && <ChartTable title={title} unit={unit} content={content} />}
        {content !== null && !isTable && (
          <div role="img" aria-label={summaryOf(name, content)}>
            <ChartCanvas content={content} height={height} syncKey={syncKey} onHover={onHover} onZoom={onZoom ?? ignore} onZoomOut={onZoomOut ?? ignore} />
          </div>
        )}
      </div>
      <Foot content={content} hovered={hovered} staleMs={isStale ? newest : null} />
    </Panel>
  );
}

function ignore(): void {}

/** Newest values, or those under the crosshair. */
function Readings({ content, hovered }: { content: ChartContent | null; hovered: ReadonlySignal<number | null> }) {
  const index = hovered.value;
  return (
    <p class="readings">
      {(content?.lines ?? []).map((line) => (
        <span key={line.label} class="reading">
          <span class={`swatch swatch-${line.color}`} aria-hidden="true" />
          {line.label} <b>{valueText(index === null ? lastOf(line) : line.values[index])}</b>
        </span>
      ))}
    </p>
  );
}

/** One line of fixed height: the time under the crosshair, else how old the data are, else what is promised. */
function Foot({ content, hovered, staleMs }: { content: ChartContent | null; hovered: ReadonlySignal<number | null>; staleMs: number | null }) {
  const atMs = hovered.value === null ? undefined : content?.timesMs[hovered.value];
  if (atMs !== undefined) return <p class="chart-foot">{exactText(atMs)}</p>;
  if (staleMs !== null) return <p class="chart-foot">◌ Newest point {agoText(staleMs, clock.nowMs.value)}</p>;
  return <p class="chart-foot">{(content?.thresholds ?? []).map(({ text }) => `┄ ${text}`).join("  ")}</p>;
}

function summaryOf(name: string, content: ChartContent): string {
  const { fromMs, toMs } = content.span;
  const values = content.lines.map((line) => {
    const most = Math.max(...line.values.filter((value) => value !== null));
    return `${line.label} ${valueText(lastOf(line))}, highest ${valueText(most)}`;
  });
  return `${name}, ${clockText(fromMs, toMs)} to ${clockText(toMs, toMs)}. ${values.join("; ")}.`;
}
