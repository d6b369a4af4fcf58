import type { DrillScenario } from "../drill-desk.ts";

export const faultNames = ["errors", "latency", "store-lock", "stall", "memory-growth", "kill", "mail-down", "disk-full", "blip"] as const;
export type FaultName = (typeof faultNames)[number];

/** A fault with a name, and what has to come of it. Times are those of the rules: with WATCH_SPEED they are as much shorter. */
export interface Scenario extends DrillScenario {
  readonly name: FaultName;
  /** Alerts of which one has to fire at least; none for a fault that nobody may be paged for. */
  readonly expected: readonly string[];
  /** Alerts that the fault may bring as well. */
  readonly also: readonly string[];
  /** How long it may take until an incident is open, in seconds; for a silent fault, how long nothing may come. */
  readonly detectWithinS: number;
}

const minuteS = 60;
const burns = ["RedirectErrorBudgetBurn", "ApiErrorBudgetBurn"] as const;
const slow = ["RedirectLatencyBudgetBurn", "ApiLatencyBudgetBurn"] as const;

/** Every drill that there is, in the order of the page. */
export const scenarios: readonly Scenario[] = [
  {
    name: "errors",
    title: "Errors",
    what: "One of five requests to the drill instance is answered with 500, until the incident is mailed.",
    expected: ["HighErrorRate", ...burns],
    also: [],
    detectWithinS: 10 * minuteS,
  },
  {
    name: "latency",
    title: "Latency",
    what: "Every call of the drill instance's store takes 300 ms longer, and with it every redirect and every API call.",
    expected: [...slow],
    also: ["StoreSlow"],
    detectWithinS: 15 * minuteS,
  },
  {
    name: "store-lock",
    title: "Locked store",
    what: "Another process holds the write lock of the drill instance's store: redirects go on, creations get 503.",
    expected: ["StoreErrors", "ClicksNotCommitted", "ApiErrorBudgetBurn"],
    also: [...burns, ...slow, "StoreSlow", "HighErrorRate"],
    detectWithinS: 10 * minuteS,
  },
  {
    name: "stall",
    title: "Stall",
    what: "The serving thread of the drill instance stands still for 800 ms, every four seconds.",
    expected: ["EventLoopStalled"],
    also: [...slow],
    detectWithinS: 3 * minuteS,
  },
  {
    name: "memory-growth",
    title: "Memory growth",
    what: "The drill instance takes memory until it holds more than 600 MB.",
    expected: ["HighMemory"],
    also: ["EventLoopStalled"],
    detectWithinS: 15 * minuteS,
  },
  {
    name: "kill",
    title: "Kill",
    what: "The drill instance is killed, and stays down until the incident is mailed.",
    expected: ["LinkServiceDown"],
    also: [],
    detectWithinS: 3 * minuteS,
  },
  {
    name: "mail-down",
    title: "Mail down",
    what: "Requests fail, and the mail server refuses the first mails about it; the others who are told are told of that too.",
    expected: ["HighErrorRate", ...burns],
    also: [],
    detectWithinS: 10 * minuteS,
  },
  {
    name: "disk-full",
    title: "Full disk",
    what: "The disk of the drill instance fills up; it needs a system that lets this process mount one in memory (Linux, as root).",
    expected: ["StoreErrors", "ClicksNotCommitted", "ApiErrorBudgetBurn"],
    also: [...burns, ...slow, "StoreSlow", "DiskFilling", "HighErrorRate"],
    detectWithinS: 10 * minuteS,
  },
  {
    name: "blip",
    title: "Blip",
    what: "The drill instance is killed and started again at once. Nobody may be paged for that.",
    expected: [],
    also: [],
    detectWithinS: 4 * minuteS,
  },
];
