import type { FedAlert } from "../alerts/alert-steps.ts";
import { cleanText } from "../watch/clean-text.ts";
import type { AlertmanagerAlert } from "./alertmanager-message.ts";

/** Longest label and annotation that is kept, in characters. */
const labelLengthMost = 200;
const annotationLengthMost = 1_000;

/** Severities as others name them. */
const severities: Readonly<Record<string, string>> = {
  page: "page",
  critical: "page",
  emergency: "page",
  high: "page",
  heartbeat: "heartbeat",
  none: "heartbeat",
  deadman: "heartbeat",
};

/** An alert of Alertmanager as the desk has it: texts bounded and clean, a severity that is ours, a service in any case. */
export function fedAlertOf({ status, labels, annotations, startsAt, endsAt, fingerprint }: AlertmanagerAlert, nowMs: number): FedAlert {
  const own = cleaned(labels, labelLengthMost);
  const severity = severities[(own["severity"] ?? "").toLowerCase()] ?? "ticket";
  const name = own["alertname"] || "Alert";
  const isFiring = status === "firing";
  return {
    fingerprint: `alertmanager-${fingerprint}`,
    rule: `${name}/${severity}`,
    labels: { ...own, alertname: name, severity, service: own["service"] || own["job"] || "unknown" },
    annotations: { ...cleaned(annotations, annotationLengthMost), summary: cleanText(summaryOf(annotations, name), labelLengthMost) },
    isFiring,
    // A sender whose clock is ahead does not put the start of an incident into the future.
    startsAtMs: Math.min(startsAt, nowMs),
    endsAtMs: isFiring ? null : Math.min(Math.max(endsAt, startsAt), nowMs),
  };
}

function summaryOf(annotations: Readonly<Record<string, string>>, name: string): string {
  return annotations["summary"] || annotations["message"] || annotations["title"] || name;
}

function cleaned(texts: Readonly<Record<string, string>>, lengthMost: number): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [cleanText(name, labelLengthMost), cleanText(text, lengthMost)]));
}
