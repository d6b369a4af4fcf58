import { isFiring, isSilent, type Scenario } from "./scenario.ts";
import { grows, holds, isGone, signal, startsAt, type Signal, type Stretch } from "./signal.ts";
import { storeScenarios } from "./store-scenarios.ts";
import { targets } from "./targets.ts";

const minuteS = 60;
const hourS = 3_600;
const dayS = 86_400;
const mebibyte = 1_048_576;
const gigabyte = 1_000_000_000;

const instance = targets.linkService;

const cores = (used: number, lastsS = Infinity): Signal => signal("process_cpu_seconds_total", instance, grows(used, lastsS), grows(0.1));
const memory = (...stretches: Stretch[]): Signal => signal("process_resident_memory_bytes", instance, ...stretches);
const lag = (...stretches: Stretch[]): Signal => signal("srenity_event_loop_lag_max_seconds", instance, ...stretches);
const diskFree = (...stretches: Stretch[]): Signal => signal("srenity_disk_free_bytes", instance, ...stretches);
/** A disk that is full after so many seconds. */
const fullAfter = (seconds: number): Stretch => startsAt(10 * gigabyte, (-10 * gigabyte) / seconds);
const certificate = (notAfterS: number): Signal => signal("srenity_certificate_not_after_seconds", instance, holds(notAfterS));

const cpu = "HighCpu/ticket";
const highMemory = "HighMemory/ticket";
const stalled = "EventLoopStalled/ticket";
const filling = "DiskFilling/ticket";
const expiring = "CertificateExpiring/ticket";

/** Processor, memory, event loop, disk and certificate; the store's own come after them. */
export const resourceScenarios: readonly Scenario[] = [
  {
    name: "The process uses 0.95 cores for a quarter of an hour",
    lastsS: 16 * minuteS,
    signals: [cores(0.95)],
    fires: [cpu],
    moments: [isSilent(10 * minuteS, cpu), isFiring(15 * minuteS, cpu, "950m cores", instance)],
  },
  { name: "The process uses 0.85 cores for a quarter of an hour", lastsS: 16 * minuteS, signals: [cores(0.85)], fires: [], nearMissOf: [cpu] },
  { name: "The process uses 0.95 cores for nine minutes", lastsS: 16 * minuteS, signals: [cores(0.95, 9 * minuteS)], fires: [], nearMissOf: [cpu] },
  {
    name: "The process holds 600 MiB",
    lastsS: 12 * minuteS,
    signals: [memory(holds(600 * mebibyte))],
    fires: [highMemory],
    moments: [isSilent(9 * minuteS, highMemory), isFiring(11 * minuteS, highMemory, "600MiB", instance)],
  },
  { name: "The process holds 500 MiB", lastsS: 12 * minuteS, signals: [memory(holds(500 * mebibyte))], fires: [], nearMissOf: [highMemory] },
  {
    name: "The process holds 600 MiB for nine minutes",
    lastsS: 15 * minuteS,
    signals: [memory(holds(600 * mebibyte, 9 * minuteS), holds(300 * mebibyte))],
    fires: [],
    nearMissOf: [highMemory],
  },
  {
    name: "The serving thread stands still for 300 ms once",
    lastsS: 10 * minuteS,
    signals: [lag(holds(0.002, minuteS), holds(0.3, minuteS), holds(0.002))],
    fires: [stalled],
    moments: [isFiring(90, stalled, "300ms", instance), isFiring(6 * minuteS, stalled, undefined, instance), isSilent(7.5 * minuteS, stalled)],
  },
  {
    name: "The serving thread stands still for 200 ms once",
    lastsS: 5 * minuteS,
    signals: [lag(holds(0.002, minuteS), holds(0.2, minuteS), holds(0.002))],
    fires: [],
    nearMissOf: [stalled],
  },
  {
    name: "The disk fills so that it is full within 23 hours",
    lastsS: hourS + 40 * minuteS,
    signals: [diskFree(fullAfter(23 * hourS))],
    fires: [filling],
    moments: [isSilent(hourS + 29 * minuteS, filling), isFiring(hourS + 31 * minuteS, filling, undefined, instance)],
  },
  {
    name: "The disk fills so that it is full within 28 hours",
    lastsS: 2 * hourS,
    signals: [diskFree(fullAfter(28 * hourS))],
    fires: [],
    nearMissOf: [filling],
  },
  {
    name: "An import takes a tenth of the disk in the first ten minutes",
    lastsS: 2 * hourS,
    signals: [diskFree(startsAt(10 * gigabyte, -gigabyte / (10 * minuteS), 10 * minuteS), holds(9 * gigabyte))],
    fires: [],
    nearMissOf: [filling],
  },
  {
    name: "The certificate expires in 13 days and 23 hours",
    lastsS: 15 * minuteS,
    signals: [certificate(14 * dayS - hourS)],
    fires: [expiring],
    moments: [isSilent(9 * minuteS, expiring), isFiring(10 * minuteS, expiring, "13d 22h 50m 0s")],
  },
  {
    name: "The certificate expires in 14 days and 20 minutes",
    lastsS: 15 * minuteS,
    signals: [certificate(14 * dayS + 20 * minuteS)],
    fires: [],
    nearMissOf: [expiring],
  },
  {
    name: "BASE_URL has no certificate",
    lastsS: 15 * minuteS,
    signals: [signal("srenity_certificate_not_after_seconds", instance, isGone())],
    fires: [],
    nearMissOf: [expiring],
  },
  ...storeScenarios,
];
