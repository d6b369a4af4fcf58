import type { AlertView, ChannelView, DrillView, LogLineView, MonthView, NowView, ObjectiveView, TargetView } from "../../src/desk/views.ts";
import { allAlerts } from "../../src/alerting/rules.ts";
import { limitText, valueText } from "../../src/desk/alerts/alert-text.ts";
import { objectives } from "../../src/alerting/objectives.ts";
import type { Incident } from "../../src/storage/desk/incident-store.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const seen = [
  { goodShare: 0.9998, left: 0.82, burn: 0.2 },
  { goodShare: 0.9999, left: 0.94, burn: 0.05 },
  { goodShare: 0.9929, left: 0.29, burn: 0.9 },
  { goodShare: 0.9981, left: 0.81, burn: 0.1 },
];

export function objectiveAnswers(isBurning: boolean): ObjectiveView[] {
  return objectives.map(({ name, title, target, periodDays, alert }, index) => {
    const { goodShare = null, left = null, burn = 0 } = seen[index] ?? {};
    const isBad = isBurning && index === 0;
    return {
      name,
      title,
      target,
      periodDays,
      alert,
      goodShare: isBad ? 0.99921 : goodShare,
      budgetLeft: isBad ? 0.21 : left,
      burnRates: isBad
        ? { "5m": 18.9, "30m": 16.2, "1h": 9.4, "6h": 2.1, "3d": 0.7 }
        : { "5m": burn, "30m": burn, "1h": burn * 1.1, "6h": burn, "3d": burn * 0.9 },
    };
  });
}

export function alertAnswers(nowMs: number, isBurning: boolean, silenced: readonly string[]): AlertView[] {
  return allAlerts().map(({ name, severity, service, slo, summary, impact, action, limit, measure }, index) => {
    const isFiring = severity === "heartbeat" || (isBurning && severity === "page" && (name === "RedirectErrorBudgetBurn" || name === "StoreErrors"));
    const isPending = isBurning && name === "HighErrorRate";
    return {
      name,
      severity,
      service,
      slo: slo ?? null,
      state: isFiring ? "firing" : isPending ? "pending" : "inactive",
      labels: { alertname: name, severity },
      summary,
      impact,
      action,
      value: (isFiring && severity !== "heartbeat") || isPending ? valueText({ limit, measure }, limit.value * 1.3) : null,
      limit: limitText({ limit }),
      activeAtMs: isFiring || isPending ? nowMs - 4 * minuteMs : null,
      lastFiredAtMs: isFiring ? nowMs : index % 4 === 0 ? nowMs - index * dayMs - 7 * minuteMs : null,
      isSilenced: silenced.includes(name),
      isInhibited: false,
      condition: `sum by (job) (rate(srenity_http_requests_total{status_class="5xx"}[5m])) > ${limit.value}`,
      runbook: name,
    };
  });
}

export function targetAnswers(nowMs: number, isBurning: boolean): TargetView[] {
  return [1, 2, 3].map((number) => {
    const isUp = !(isBurning && number === 3);
    return {
      instance: `links-${number}`,
      address: `http://10.0.0.${number}:8080/prom_metrics`,
      isUp,
      reason: isUp ? null : "connection refused",
      scrapedAtMs: nowMs - 2_000,
      scrapeMs: isUp ? 3.4 : null,
      samples: isUp ? 812 : 0,
      version: number === 2 ? "0.4.1" : "0.4.0",
      startedAtMs: isUp ? nowMs - 6 * dayMs : null,
      probes: [
        { name: "health", isOk: isUp, reason: isUp ? null : "connection refused", durationMs: isUp ? 2.1 : null },
        { name: "canary link", isOk: isUp, reason: isUp ? null : "no answer within 2 s", durationMs: isUp ? 3.2 : null },
      ],
    };
  });
}

export interface NowParts {
  readonly nowMs: number;
  readonly isBurning: boolean;
  readonly incidents: readonly Incident[];
  readonly silenced: readonly string[];
}

export function nowAnswer({ nowMs, isBurning, incidents, silenced }: NowParts): NowView {
  return {
    nowMs,
    version: "0.4.0",
    verdict: isBurning
      ? { state: "bad", sentence: "1 of 50 redirects fails; link creation works", sinceMs: nowMs - 7 * minuteMs }
      : { state: "good", sentence: "All well", sinceMs: nowMs - 6 * dayMs - 4 * hourMs },
    objectives: objectiveAnswers(isBurning),
    incidents: incidents.filter(({ state }) => state === "open" || state === "acknowledged" || state === "mitigated"),
    alerts: alertAnswers(nowMs, isBurning, silenced).filter(({ state, severity }) => state !== "inactive" && severity !== "heartbeat"),
    targets: targetAnswers(nowMs, isBurning),
    mail: { isOk: true, lastSentAtMs: nowMs - 2 * minuteMs, waiting: 0, fault: null },
    silences: silenced.length,
  };
}

const levels = ["info", "info", "warn", "info", "error", "info", "debug"];

/** A line of the log; every seventh or so is an error. */
export function logLine(nowMs: number, index: number): LogLineView {
  const level = levels[index % levels.length] ?? "info";
  const isRequest = level !== "debug";
  return {
    atMs: nowMs - index * 730,
    level,
    message: level === "error" ? "store refused: database is locked" : level === "warn" ? "slow request" : isRequest ? "request" : "cache swept",
    route: isRequest ? (index % 3 === 0 ? "/urls" : "/:code") : null,
    requestId: isRequest ? `01J9Q${String(index).padStart(4, "0")}ZK` : null,
    traceId: isRequest ? "4bf92f3577b34da6a3ce929d0e0e4736" : null,
    status: isRequest ? (level === "error" ? 503 : 302) : null,
    errorCode: level === "error" ? "store_busy" : null,
    instance: `links-${(index % 3) + 1}`,
    fields: {
      method: "GET",
      path: "/<script>alert(1)</script>",
      duration_ms: 1.7,
      user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
    },
  };
}

export function monthAnswers(): MonthView[] {
  const spread = (medianMs: number): MonthView["timeToDetect"] => ({ count: 3, medianMs, p90Ms: medianMs * 2.4, excluded: 1 });
  return ["2026-11", "2026-10", "2026-09"].map((month, index) => ({
    month,
    incidents: 4 - index,
    timeToDetect: spread(95_000),
    timeToAcknowledge: spread(210_000),
    timeToResolve: spread(2_460_000),
    falsePages: index === 1 ? 1 : 0,
    pages: 3 - index,
    budgetSpent: { "redirect-availability": 0.18 + index / 10, "redirect-latency": 0.71, "api-availability": null, "api-latency": 0.02 },
  }));
}

export function channelAnswers(nowMs: number): ChannelView[] {
  return [
    { name: "oncall", kind: "mail", target: "oncall@example.org by smtp.example.org", lastSentAtMs: nowMs - 2 * minuteMs, lastFault: null },
    { name: "team", kind: "slack", target: "hooks.slack.example/…", lastSentAtMs: nowMs - 3 * hourMs, lastFault: "404 channel_not_found" },
    { name: "phone", kind: "ntfy", target: "ntfy.example.org/srenity", lastSentAtMs: null, lastFault: null },
  ];
}

export function drillAnswers(nowMs: number): DrillView[] {
  const blank = { falsePages: 0, note: "" };
  return [
    { ...blank, id: 4, scenario: "lock", startedAtMs: nowMs - 40_000, endedAtMs: null, detectedMs: 21_000, mailedMs: null, recoveredMs: null, passed: null },
    {
      ...blank,
      id: 3,
      scenario: "kill",
      startedAtMs: nowMs - 2 * dayMs,
      endedAtMs: nowMs - 2 * dayMs + 90_000,
      detectedMs: 8_200,
      mailedMs: 9_900,
      recoveredMs: 64_000,
      passed: true,
    },
    {
      ...blank,
      id: 2,
      scenario: "latency",
      startedAtMs: nowMs - 3 * dayMs,
      endedAtMs: nowMs - 3 * dayMs + 600_000,
      detectedMs: 140_000,
      mailedMs: null,
      recoveredMs: 400_000,
      passed: false,
      note: "the mail server was down",
    },
  ];
}

export const drillScenarios = [
  { name: "errors", title: "Errors", what: "One of five redirects answers with 500 for three minutes." },
  { name: "latency", title: "Latency", what: "Redirects take 40 ms longer for three minutes." },
  { name: "lock", title: "Locked store", what: "Another process holds the store's write lock for one minute." },
  { name: "kill", title: "Kill", what: "The drill instance is killed and stays down for one minute." },
];
