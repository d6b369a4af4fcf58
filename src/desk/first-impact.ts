import { badRate, budgetOf, requestsRate } from "../alerting/burn-rate.ts";
import { objectives } from "../alerting/objectives.ts";
import type { AlertChange } from "./incidents/choose-incident.ts";
import { type BadShare, impactLookbackMs, impactStart } from "./incidents/impact-start.ts";
import { ofObjective } from "./objective-views.ts";
import type { SignalHistory } from "./series/signal-history.ts";

/** Finest look back: a point for every five seconds of an hour. */
const pointsMost = 721;
/** Share of failed requests from which an alert without an objective counts as hurting. */
const hurtingShare = 0.001;
const downAlert = "LinkServiceDown";

/** First bad minute in what was recorded before an alert, in milliseconds since 1970. What cannot be read is no earlier than the alert. */
export function firstImpact(history: Pick<SignalHistory, "query">, alert: AlertChange): number {
  const span = { fromMs: alert.startsAtMs - impactLookbackMs, toMs: alert.startsAtMs, pointsMost };
  if (alert.name === downAlert) return impactStart(sharesDown(history.query({ name: "signal:up:count", ...span })), 0, alert.startsAtMs);
  const objective = objectives.find(({ name }) => name === alert.slo);
  if (objective) {
    const matchers = ofObjective(objective);
    const [bad, all] = [badRate, requestsRate].map((name) => history.query({ name, matchers, ...span }));
    const points = (bad?.timesMs ?? []).map((atMs, index): BadShare => {
      const [part, total] = [bad?.series[0]?.values[index] ?? null, all?.series[0]?.values[index] ?? null];
      return { atMs, share: part === null || total === null ? null : total === 0 ? 0 : part / total };
    });
    return impactStart(points, budgetOf(objective), alert.startsAtMs);
  }
  if (alert.severity !== "page") return alert.startsAtMs;
  const { timesMs, series } = history.query({ name: "signal:errors_5xx:share", ...span });
  return impactStart(
    timesMs.map((atMs, index) => ({ atMs, share: series[0]?.values[index] ?? null })),
    hurtingShare,
    alert.startsAtMs,
  );
}

/** All or nothing: whether no instance answered. */
function sharesDown({ timesMs, series }: ReturnType<SignalHistory["query"]>): BadShare[] {
  return timesMs.map((atMs, index) => {
    const values = series.map(({ values }) => values[index] ?? null).filter((value) => value !== null);
    return { atMs, share: values.length === 0 ? null : values.every((value) => value === 0) ? 1 : 0 };
  });
}
