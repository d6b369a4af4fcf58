import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Incident } from "../../storage/desk/incident-store.ts";
import type { Notified, NotifyReason } from "../../storage/desk/outbox-store.ts";
import { type DueNotification, notificationsDue } from "./due.ts";
import { type NotifyPolicy, usualPolicy } from "./notify-policy.ts";
import { readQuietHours } from "./quiet-hours.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** In the middle of a day. */
const startMs = Date.UTC(2026, 10, 25, 12, 0);

const openIncident: Incident = {
  id: 12,
  title: "Redirects fail",
  severity: "page",
  service: "link-service",
  slo: null,
  groupKey: "link-service/",
  state: "open",
  isDrill: false,
  impactStartedAtMs: startMs,
  openedAtMs: startMs,
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  mitigatedAtMs: null,
  resolvedAtMs: null,
  reviewedAtMs: null,
  mergedInto: null,
  publicPhase: null,
  version: 1,
};

/** An incident with what was told of it; time passes and states change by hand. */
function story(change: Partial<Incident> = {}, policy: Partial<NotifyPolicy> = {}) {
  let incident: Incident = { ...openIncident, ...change };
  const notified: Notified[] = [];
  const known = { nowMs: startMs, unacknowledgedSinceMs: startMs, policy: { ...usualPolicy, ...policy } };
  const look = (): DueNotification[] => {
    const due = notificationsDue({ incident, notified, ...known });
    for (const { reason, occurrence, severity } of due) notified.push({ reason, occurrence, severity, atMs: known.nowMs });
    return due;
  };
  return {
    known,
    notified,
    incident: () => incident,
    become: (next: Partial<Incident>): DueNotification[] => {
      incident = { ...incident, ...next };
      if (next.state === "open") known.unacknowledgedSinceMs = known.nowMs;
      return look();
    },
    look,
    /** What became due over a time that is looked at each minute. */
    pass: (durationMs: number): string[] => {
      const untilMs = known.nowMs + durationMs;
      const keys: string[] = [];
      for (; known.nowMs < untilMs; known.nowMs = Math.min(untilMs, known.nowMs + minuteMs)) keys.push(...look().map(({ key }) => key));
      return [...keys, ...look().map(({ key }) => key)];
    },
  };
}

const keysOf = (due: readonly DueNotification[]): string[] => due.map(({ key }) => key);
const resolved = (nowMs: number): Partial<Incident> => ({ state: "resolved", resolvedAtMs: nowMs });
const reopened: Partial<Incident> = { state: "open", resolvedAtMs: null, reviewedAtMs: null, acknowledgedAtMs: null, acknowledgedBy: null };

describe("a page", () => {
  test("is told at once, and to the second address when nobody acknowledges in time, once", () => {
    const { look, pass } = story();
    expect(look()).toEqual([{ incidentId: 12, reason: "first", occurrence: 0, key: "INC-12/first/0", severity: "page", isUrgent: true, audience: "team" }]);
    expect(pass(15 * minuteMs - 1)).toEqual([]);
    const at = story();
    at.look();
    at.known.nowMs += 15 * minuteMs;
    expect(at.look()).toMatchObject([{ key: "INC-12/escalation/0", audience: "escalation", isUrgent: true }]);
    expect(at.pass(3 * hourMs)).toEqual([]);
  });

  test("that is acknowledged is not escalated, but is told again to all who were told when it lasts", () => {
    const at = story();
    at.look();
    at.become({ state: "acknowledged", acknowledgedAtMs: startMs, acknowledgedBy: "ana" });
    expect(at.pass(9 * hourMs)).toEqual(["INC-12/reminder/0", "INC-12/reminder/1"]);
  });

  test("whose acknowledgement expires is escalated anew", () => {
    const at = story();
    at.look();
    at.pass(20 * minuteMs);
    at.become({ state: "acknowledged", acknowledgedAtMs: at.known.nowMs });
    at.pass(hourMs);
    at.become({ state: "open", acknowledgedAtMs: null });
    expect(at.pass(hourMs)).toEqual(["INC-12/escalation/1"]);
  });

  test("that ends is told as over at once, also to those it was escalated to, and its review once", () => {
    const at = story();
    at.look();
    at.pass(20 * minuteMs);
    expect(at.become(resolved(at.known.nowMs))).toMatchObject([{ reason: "recovery", audience: "everyone", isUrgent: true }]);
    expect(at.pass(hourMs)).toEqual([]);
    expect(at.become({ state: "reviewed" })).toMatchObject([{ reason: "reviewed", isUrgent: false }]);
    expect(at.pass(48 * hourMs)).toEqual([]);
  });

  test("that comes back is told as new once it was told as over; its second end is told when it stays away", () => {
    const at = story();
    at.look();
    at.become(resolved(at.known.nowMs));
    at.known.nowMs += minuteMs;
    expect(keysOf(at.become(reopened))).toEqual(["INC-12/first/1"]);
    for (let flap = 0; flap < 5; flap++) {
      at.known.nowMs += minuteMs;
      expect(at.become(resolved(at.known.nowMs))).toEqual([]);
      at.known.nowMs += minuteMs;
      expect(at.become(reopened)).toEqual([]);
    }
    at.known.nowMs += minuteMs;
    at.become(resolved(at.known.nowMs));
    expect(at.pass(hourMs)).toEqual(["INC-12/recovery/1"]);
  });

  test("that was a ticket when it was told is told as a page, and its escalation counts from then", () => {
    const at = story({ severity: "ticket" });
    at.look();
    at.known.nowMs += hourMs;
    expect(at.become({ severity: "page" })).toMatchObject([{ reason: "severity_raised", isUrgent: true }]);
    expect(at.pass(14 * minuteMs)).toEqual([]);
    expect(at.pass(2 * minuteMs)).toEqual(["INC-12/escalation/0"]);
    at.become({ severity: "ticket" });
    expect(at.become({ severity: "page" })).toEqual([]);
  });

  test("of a drill goes to those who exercise, whatever it is about", () => {
    const at = story({ isDrill: true });
    expect(at.look()).toMatchObject([{ audience: "drill" }]);
    at.known.nowMs += hourMs;
    expect(at.look()).toMatchObject([{ reason: "escalation", audience: "drill" }]);
  });

  test("that was merged into another is told no more", () => {
    const at = story();
    at.look();
    expect(at.become({ ...resolved(startMs), mergedInto: 3 })).toEqual([]);
  });
});

describe("a ticket", () => {
  const quietHours = readQuietHours("22:00-07:00 Europe/Berlin");
  const nightMs = Date.UTC(2026, 10, 25, 23, 0);

  test("waits for the morning of its time zone, a page does not", () => {
    const at = story({ severity: "ticket" }, { quietHours });
    at.known.nowMs = nightMs;
    expect(at.look()).toEqual([]);
    at.known.nowMs = Date.UTC(2026, 10, 26, 5, 59);
    expect(at.look()).toEqual([]);
    at.known.nowMs = Date.UTC(2026, 10, 26, 6, 0);
    expect(at.look()).toMatchObject([{ reason: "first", isUrgent: false }]);
    const page = story({}, { quietHours });
    page.known.nowMs = nightMs;
    expect(page.look()).toHaveLength(1);
  });

  test("that came and went in the night is not told at all", () => {
    const at = story({ severity: "ticket" }, { quietHours });
    at.known.nowMs = nightMs;
    at.look();
    at.become(resolved(nightMs + hourMs));
    expect(at.pass(24 * hourMs)).toEqual([]);
  });

  test("that becomes a page in the night is told as one", () => {
    const at = story({ severity: "ticket" }, { quietHours });
    at.known.nowMs = nightMs;
    at.look();
    expect(at.become({ severity: "page" })).toMatchObject([{ reason: "first", isUrgent: true }]);
  });

  test("is told again daily, acknowledged or not, and never escalated", () => {
    const at = story({ severity: "ticket" });
    expect(at.pass(49 * hourMs)).toEqual(["INC-12/first/0", "INC-12/reminder/0", "INC-12/reminder/1"]);
  });
});

describe("maintenance", () => {
  const window = { fromMs: startMs - hourMs, toMs: startMs + hourMs, service: "link-service" };

  test("keeps what is new, and tells it when it still burns at the end", () => {
    const at = story({}, { maintenance: [window] });
    expect(at.pass(hourMs - 1)).toEqual([]);
    at.known.nowMs = startMs + hourMs;
    expect(keysOf(at.look())).toEqual(["INC-12/first/0"]);
    expect(at.pass(14 * minuteMs)).toEqual([]); // nobody could acknowledge before
    const over = story({}, { maintenance: [window] });
    over.look();
    over.become(resolved(startMs + minuteMs));
    expect(over.pass(2 * hourMs)).toEqual([]);
  });

  test("does not keep the end of what was told before", () => {
    const at = story();
    at.look();
    at.known.policy = { ...usualPolicy, maintenance: [{ ...window, service: null }] };
    at.known.nowMs += 20 * minuteMs;
    expect(at.look()).toEqual([]);
    expect(keysOf(at.become(resolved(at.known.nowMs)))).toEqual(["INC-12/recovery/0"]);
  });

  test("of another service keeps nothing", () => {
    expect(story({ service: "other" }, { maintenance: [window] }).look()).toHaveLength(1);
  });
});

const step = fc.oneof(
  fc.record({ kind: fc.constant("pass" as const), minutes: fc.integer({ min: 0, max: 700 }) }),
  fc.record({ kind: fc.constantFrom("acknowledge", "expire", "mitigate", "resolve", "reopen", "review", "page", "ticket", "maintain", "finish") }),
);

test("whatever happens: no key is due twice, ends follow beginnings, maintenance keeps all but ends, and tickets sleep at night", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, isPage) => {
      const quietHours = readQuietHours("22:00-07:00");
      const at = story({ severity: isPage ? "page" : "ticket" }, { quietHours });
      const seen = new Set<string>();
      let open = 0;
      const check = (due: readonly DueNotification[]): void => {
        for (const { key, reason, isUrgent } of due) {
          expect(seen.has(key)).toBe(false);
          seen.add(key);
          open += ({ first: 1, recovery: -1 } as Partial<Record<NotifyReason, number>>)[reason] ?? 0;
          expect(open === 0 || open === 1).toBe(true);
          if (at.known.policy.maintenance.length > 0) expect(reason).toBe("recovery");
          if (!isUrgent) expect(quietHours.isQuiet(at.known.nowMs)).toBe(false);
          if (reason === "escalation") expect(at.incident().state === "open" && at.incident().severity === "page").toBe(true);
        }
      };
      for (const one of steps) {
        at.known.nowMs += one.kind === "pass" && "minutes" in one ? one.minutes * minuteMs : 1;
        check(at.become(changeBy(one.kind, at)));
        check(at.look());
      }
    }),
    { numRuns: 500 },
  );
});

/** What a step makes of the incident, when it may be taken. */
function changeBy(kind: string, { known, incident }: ReturnType<typeof story>): Partial<Incident> {
  const { state } = incident();
  const isOver = state === "resolved" || state === "reviewed";
  const everything = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, service: null };
  if (kind === "maintain") known.policy = { ...known.policy, maintenance: [everything] };
  if (kind === "finish") known.policy = { ...known.policy, maintenance: [] };
  if (kind === "acknowledge" && state === "open") return { state: "acknowledged", acknowledgedAtMs: known.nowMs, acknowledgedBy: "ana" };
  if (kind === "expire" && state === "acknowledged") return { state: "open", acknowledgedAtMs: null, acknowledgedBy: null };
  if (kind === "mitigate" && !isOver) return { state: "mitigated", mitigatedAtMs: known.nowMs };
  if (kind === "resolve" && !isOver) return resolved(known.nowMs);
  if (kind === "reopen" && state !== "open") return reopened;
  if (kind === "review" && state === "resolved") return { state: "reviewed", reviewedAtMs: known.nowMs };
  return kind === "page" || kind === "ticket" ? { severity: kind } : {};
}
