import type { AlertSource } from "../../storage/desk/alert-store.ts";
import type { Labels } from "../evaluate/series-source.ts";
import { type AlertCandidate, fingerprintOf } from "./alert-candidate.ts";

/** An alert that the desk makes itself, without an expression. */
export interface NativeAlert {
  readonly name: string;
  readonly severity: "page" | "ticket";
  readonly service: string;
  readonly summary: string;
  readonly impact: string;
  readonly action: string;
  readonly limit: string;
  /** In words, as it is no expression. */
  readonly condition: string;
  /** Name of the runbook that helps. */
  readonly runbook: string;
}

export const crashLoop: NativeAlert = {
  name: "CrashLoop",
  severity: "page",
  service: "link-service",
  summary: "The link service starts again and again",
  impact: "Requests fail whenever it is down, and everything it kept in memory is gone each time.",
  action: "Read the last lines of its log before each start: they name the reason.",
  limit: "3 restarts, each within 10 minutes of the one before",
  condition: "the start of the process changes, and changes again",
  runbook: "LinkServiceDown",
};

export const heartbeatMissing: NativeAlert = {
  name: "HeartbeatMissing",
  severity: "ticket",
  service: "jobs",
  summary: "A job no longer reports",
  impact: "What the job does is not being done, or nobody would notice.",
  action: "Look whether the job ran, and what it said; then whether it reaches the desk.",
  limit: "twice its interval, and 5 seconds",
  condition: "POST /heartbeats/:job does not come",
  runbook: "Watchdog",
};

/** The heartbeat of the alerting beside us: when it is missing, nobody is told of anything there. */
const watchdogJob = "watchdog";

export const nativeAlerts: readonly NativeAlert[] = [crashLoop, heartbeatMissing];

export function crashLoopCandidate(instance: string, sinceMs: number, deskUrl: string): AlertCandidate {
  return candidateOf(crashLoop, { sinceMs, deskUrl, labels: { instance }, summary: `${crashLoop.summary}: ${instance}` });
}

export function heartbeatLabels(job: string): Labels {
  const isWatchdog = job === watchdogJob;
  return labelsOf(heartbeatMissing, { job, ...(isWatchdog ? { severity: "page", service: "monitoring" } : { service: job }) });
}

export function heartbeatCandidate(job: string, sinceMs: number, deskUrl: string): AlertCandidate {
  return candidateOf(heartbeatMissing, { sinceMs, deskUrl, labels: heartbeatLabels(job), summary: `Heartbeat missing: ${job} no longer reports` });
}

interface Occurrence {
  readonly sinceMs: number;
  readonly deskUrl: string;
  readonly labels: Labels;
  readonly summary: string;
}

function candidateOf(alert: NativeAlert, { sinceMs, deskUrl, labels, summary }: Occurrence): AlertCandidate {
  const all = labelsOf(alert, labels);
  const { impact, action, limit, runbook } = alert;
  return {
    fingerprint: fingerprintOf(all),
    source: "native" satisfies AlertSource,
    rule: `${alert.name}/${all["severity"] ?? alert.severity}`,
    labels: all,
    state: "firing",
    activeAtMs: sinceMs,
    firedAtMs: sinceMs,
    endedAtMs: null,
    describe: () => ({ summary, impact, action, limit, runbook_url: `${deskUrl}/runbooks/${runbook}`, dashboard_url: `${deskUrl}/` }),
  };
}

function labelsOf({ name, severity, service }: NativeAlert, more: Labels): Labels {
  return { alertname: name, severity, service, ...more };
}
