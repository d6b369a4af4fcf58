import { binary, type Expression, rate, series, sum } from "./expression.ts";

/** A service level objective: the share of requests that must be good, over `periodDays`. */
export interface Objective {
  readonly name: ObjectiveName;
  /** As a person says it. */
  readonly title: string;
  /** Share of good requests, from 0 to 1. */
  readonly target: number;
  readonly periodDays: number;
  /** Requests a second that count, and those of them that were bad, over a window of `windowS`; one sample a job. */
  readonly requests: (windowS: number) => Expression;
  readonly bad: (windowS: number) => Expression;
  /** Alert that fires when the error budget burns too fast. */
  readonly alert: string;
  /** What users feel while it burns. */
  readonly impact: string;
  /** What to look at first. */
  readonly action: string;
}

export const objectiveNames = ["redirect-availability", "api-availability", "redirect-latency", "api-latency"] as const;
export type ObjectiveName = (typeof objectiveNames)[number];

const durations = "srenity_http_request_duration_seconds";
/** Paths that redirect, and paths that only say how the service is. */
export const redirectRoutes = ["/:code", "/r/:code", "/s/:code", "/urls/:code/redirect"] as const;
export const probeRoutes = ["/health", "/ready", "/metrics", "/prom_metrics"] as const;

const pattern = (routes: readonly string[]): string => routes.join("|");
const ofRedirects = { route: `=~ ${pattern(redirectRoutes)}` };
const ofApi = { route: `!~ ${pattern([...redirectRoutes, ...probeRoutes])}` };

const answered = (where: Record<string, string>, windowS: number): Expression => sum(rate(series(`${durations}_count`, where), windowS));
const notFailed = { status_class: "!= 5xx" };

/** Requests that took longer than a bucket's limit; failed ones count against availability alone. */
function slower(where: Record<string, string>, limitS: string, windowS: number): Expression {
  const quick = sum(rate(series(`${durations}_bucket`, { ...where, ...notFailed, le: limitS }), windowS));
  return binary(answered({ ...where, ...notFailed }, windowS), "-", quick);
}

/** The objectives of the link service; 404 and 410 are good answers. */
export const objectives: readonly Objective[] = [
  {
    name: "redirect-availability",
    title: "Redirects answer",
    target: 0.999,
    periodDays: 30,
    requests: (windowS) => answered(ofRedirects, windowS),
    bad: (windowS) => answered({ ...ofRedirects, status_class: "5xx" }, windowS),
    alert: "RedirectErrorBudgetBurn",
    impact: "People who follow short links get an error page instead of their destination.",
    action: "Look at the error codes of the redirects on the board, then at the store: it is what redirects depend on.",
  },
  {
    name: "api-availability",
    title: "The API answers",
    target: 0.999,
    periodDays: 30,
    requests: (windowS) => answered(ofApi, windowS),
    bad: (windowS) => answered({ ...ofApi, status_class: "5xx" }, windowS),
    alert: "ApiErrorBudgetBurn",
    impact: "Creating, changing and listing links fails; existing links redirect as long as their own alert is silent.",
    action: "Find the failing route and error code on the board; a locked or full store refuses writes first.",
  },
  {
    name: "redirect-latency",
    title: "Redirects within 25 ms",
    target: 0.99,
    periodDays: 30,
    requests: (windowS) => answered({ ...ofRedirects, ...notFailed }, windowS),
    bad: (windowS) => slower(ofRedirects, "0.025", windowS),
    alert: "RedirectLatencyBudgetBurn",
    impact: "Short links hesitate before they redirect.",
    action: "Compare event loop lag, store time and traffic on the board: the one that rose with the latency is the cause.",
  },
  {
    name: "api-latency",
    title: "The API within 250 ms",
    target: 0.99,
    periodDays: 30,
    requests: (windowS) => answered({ ...ofApi, ...notFailed }, windowS),
    bad: (windowS) => slower(ofApi, "0.25", windowS),
    alert: "ApiLatencyBudgetBurn",
    impact: "Creating and listing links is slow.",
    action: "Find the slow route on the board, then the store operation behind it.",
  },
];
