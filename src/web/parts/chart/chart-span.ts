import { computed } from "@preact/signals";
import { clock } from "../clock.ts";
import { router } from "../router.ts";
import type { ChartSpan } from "./chart-line.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Spans that can be chosen, as the address names them. */
export const rangeNames = [
  { name: "15m", text: "15 min", spanMs: 15 * minuteMs },
  { name: "1h", text: "1 h", spanMs: hourMs },
  { name: "6h", text: "6 h", spanMs: 6 * hourMs },
  { name: "24h", text: "24 h", spanMs: dayMs },
  { name: "7d", text: "7 d", spanMs: 7 * dayMs },
  { name: "30d", text: "30 d", spanMs: 30 * dayMs },
] as const;
const rangeDefault = rangeNames[1];

/** Shortest span that can be zoomed into, and the time between two looks for newer points at least, in milliseconds. */
const spanLeastMs = 30_000;
const refreshLeastMs = 5_000;
/** A live chart moves on by this share of its span. */
const refreshShare = 1 / 720;

const choice = computed(() => {
  const { query } = router.place.value;
  const range = rangeNames.find(({ name }) => name === query.get("range")) ?? rangeDefault;
  const [fromMs, toMs] = [Number(query.get("from")), Number(query.get("to"))];
  const zoomed = fromMs > 0 && toMs - fromMs >= spanLeastMs / 2 ? { fromMs, toMs } : null;
  return { range: range.name, spanMs: range.spanMs, zoomed };
});

/** Changes only as often as a chart of this span can show something new. */
const liveEndMs = computed(() => {
  const stepMs = Math.max(refreshLeastMs, choice.value.spanMs * refreshShare);
  return Math.floor(clock.nowMs.value / stepMs) * stepMs;
});

/** The span of all charts of a page, kept in its address: a range that ends now, or a zoomed one that stands still. */
export const chartSpan = {
  choice,
  span: computed<ChartSpan>(() => choice.value.zoomed ?? { fromMs: liveEndMs.value - choice.value.spanMs, toMs: liveEndMs.value }),
  choose(range: string): void {
    router.setQuery({ range: range === rangeDefault.name ? null : range, from: null, to: null }, true);
  },
  zoom({ fromMs, toMs }: ChartSpan): void {
    const middleMs = (fromMs + toMs) / 2;
    const halfMs = Math.max(toMs - fromMs, spanLeastMs) / 2;
    const parts = { from: String(Math.round(middleMs - halfMs)), to: String(Math.round(middleMs + halfMs)) };
    if (parts.from === router.place.value.query.get("from") && parts.to === router.place.value.query.get("to")) return;
    router.setQuery(parts, choice.value.zoomed === null);
  },
  zoomOut(): void {
    router.setQuery({ from: null, to: null }, true);
  },
  /** Shows `factor` times as much around the same middle. */
  scale(factor: number): void {
    const { fromMs, toMs } = chartSpan.span.value;
    const [middleMs, halfMs] = [(fromMs + toMs) / 2, ((toMs - fromMs) / 2) * factor];
    chartSpan.zoom({ fromMs: middleMs - halfMs, toMs: Math.min(middleMs + halfMs, clock.nowMs.value) });
  },
  /** Moves by a share of the span; negative into the past. */
  shift(share: number): void {
    const { fromMs, toMs } = chartSpan.span.value;
    const stepMs = Math.min((toMs - fromMs) * share, clock.nowMs.value - toMs);
    chartSpan.zoom({ fromMs: fromMs + stepMs, toMs: toMs + stepMs });
  },
};
