import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { theme } from "../theme.ts";
import type { ChartContent, ChartSpan } from "./chart-line.ts";
import { chartOptions } from "./chart-options.ts";

export interface ChartCanvasProps {
  readonly content: ChartContent;
  readonly height: number;
  readonly syncKey: string;
  onHover(index: number | null): void;
  onZoom(span: ChartSpan): void;
  onZoomOut(): void;
}

const columnsOf = ({ timesMs, lines }: ChartContent): uPlot.AlignedData => [timesMs as number[], ...lines.map(({ values }) => values as (number | null)[])];

/** The drawn part of a chart; what it shows is told in words beside it. */
export function ChartCanvas(props: ChartCanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { content, height, syncKey } = props;
  const shape = content.lines.map(({ label, color }) => `${label}/${color}`).join();

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const options = chartOptions({
      width: element.clientWidth,
      height,
      syncKey,
      content: () => latest.current.content,
      onHover: (index) => latest.current.onHover(index),
      onZoom: (span) => latest.current.onZoom(span),
      onZoomOut: () => latest.current.onZoomOut(),
    });
    const made = new uPlot(options, columnsOf(latest.current.content), element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [shape, height, syncKey]);

  useEffect(() => {
    chart.current?.setData(columnsOf(content));
  }, [content]);
  const { value: drawn } = theme.drawn;
  useEffect(() => {
    chart.current?.redraw(false);
  }, [drawn]);

  return <div ref={place} class="chart-canvas" style={{ height: `${height}px` }} />;
}
