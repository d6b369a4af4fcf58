import { allAlerts } from "../alerting/rules.ts";
import alertDeliveryFailing from "../../ops/runbooks/AlertDeliveryFailing.md" with { type: "text" };
import alertmanagerConfigStale from "../../ops/runbooks/AlertmanagerConfigStale.md" with { type: "text" };
import alertmanagerDown from "../../ops/runbooks/AlertmanagerDown.md" with { type: "text" };
import apiErrorBudgetBurn from "../../ops/runbooks/ApiErrorBudgetBurn.md" with { type: "text" };
import apiLatencyBudgetBurn from "../../ops/runbooks/ApiLatencyBudgetBurn.md" with { type: "text" };
import cacheHitRateLow from "../../ops/runbooks/CacheHitRateLow.md" with { type: "text" };
import certificateExpiring from "../../ops/runbooks/CertificateExpiring.md" with { type: "text" };
import clicksNotCommitted from "../../ops/runbooks/ClicksNotCommitted.md" with { type: "text" };
import diskFilling from "../../ops/runbooks/DiskFilling.md" with { type: "text" };
import eventLoopStalled from "../../ops/runbooks/EventLoopStalled.md" with { type: "text" };
import highCpu from "../../ops/runbooks/HighCpu.md" with { type: "text" };
import highErrorRate from "../../ops/runbooks/HighErrorRate.md" with { type: "text" };
import highMemory from "../../ops/runbooks/HighMemory.md" with { type: "text" };
import linkServiceDown from "../../ops/runbooks/LinkServiceDown.md" with { type: "text" };
import mailFailing from "../../ops/runbooks/MailFailing.md" with { type: "text" };
import notFoundSurge from "../../ops/runbooks/NotFoundSurge.md" with { type: "text" };
import prometheusConfigStale from "../../ops/runbooks/PrometheusConfigStale.md" with { type: "text" };
import prometheusRuleFailing from "../../ops/runbooks/PrometheusRuleFailing.md" with { type: "text" };
import rateLimitSurge from "../../ops/runbooks/RateLimitSurge.md" with { type: "text" };
import redirectErrorBudgetBurn from "../../ops/runbooks/RedirectErrorBudgetBurn.md" with { type: "text" };
import redirectLatencyBudgetBurn from "../../ops/runbooks/RedirectLatencyBudgetBurn.md" with { type: "text" };
import storeErrors from "../../ops/runbooks/StoreErrors.md" with { type: "text" };
import storeSlow from "../../ops/runbooks/StoreSlow.md" with { type: "text" };
import trafficDropped from "../../ops/runbooks/TrafficDropped.md" with { type: "text" };
import watchdog from "../../ops/runbooks/Watchdog.md" with { type: "text" };

/** What helps with an alert. */
export interface Runbook {
  /** That of its alert. */
  readonly name: string;
  readonly summary: string;
  /** Markdown. */
  readonly text: string;
}

const texts: Readonly<Record<string, string>> = {
  AlertDeliveryFailing: alertDeliveryFailing,
  AlertmanagerConfigStale: alertmanagerConfigStale,
  AlertmanagerDown: alertmanagerDown,
  ApiErrorBudgetBurn: apiErrorBudgetBurn,
  ApiLatencyBudgetBurn: apiLatencyBudgetBurn,
  CacheHitRateLow: cacheHitRateLow,
  CertificateExpiring: certificateExpiring,
  ClicksNotCommitted: clicksNotCommitted,
  DiskFilling: diskFilling,
  EventLoopStalled: eventLoopStalled,
  HighCpu: highCpu,
  HighErrorRate: highErrorRate,
  HighMemory: highMemory,
  LinkServiceDown: linkServiceDown,
  MailFailing: mailFailing,
  NotFoundSurge: notFoundSurge,
  PrometheusConfigStale: prometheusConfigStale,
  PrometheusRuleFailing: prometheusRuleFailing,
  RateLimitSurge: rateLimitSurge,
  RedirectErrorBudgetBurn: redirectErrorBudgetBurn,
  RedirectLatencyBudgetBurn: redirectLatencyBudgetBurn,
  StoreErrors: storeErrors,
  StoreSlow: storeSlow,
  TrafficDropped: trafficDropped,
  Watchdog: watchdog,
};

/** Every runbook, by name; they are shipped with the program. */
export const runbooks: readonly Runbook[] = Object.entries(texts).map(([name, text]) => ({
  name,
  text,
  summary: allAlerts().find((alert) => alert.name === name)?.summary ?? name,
}));
