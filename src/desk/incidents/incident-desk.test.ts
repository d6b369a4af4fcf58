import { describe, expect, test } from "bun:test";
import { temporaryFolder } from "../../../tests/harness/temporary-folder.ts";
import type { Incident, IncidentStore } from "../../storage/desk/incident-store.ts";
import { openIncidents } from "../../storage/sqlite/desk/incidents.ts";
import { openDesk } from "../../storage/sqlite/desk/open-desk.ts";
import { type AlertChange, reopenWithinMs } from "./choose-incident.ts";
import { createIncidentDesk, type IncidentDesk } from "./incident-desk.ts";

const startMs = Date.parse("2026-11-24T03:00:00Z");
const minuteMs = 60_000;
const ann = { author: "ann", nowMs: startMs + minuteMs };

interface Desk {
  desk: IncidentDesk;
  store: IncidentStore;
  news: string[];
}

/** Runs with an empty desk on a real database. */
function withDesk(work: (desk: Desk) => void): void {
  using folder = temporaryFolder();
  const opened = openDesk(folder.path, startMs);
  const store = openIncidents(opened.database);
  const news: string[] = [];
  const desk = createIncidentDesk({ store, impactStartOf: ({ startsAtMs }) => startsAtMs - minuteMs, onChange: ({ id }, what) => news.push(`${id} ${what}`) });
  try {
    work({ desk, store, news });
  } finally {
    opened.close();
  }
}

function alert(name: string, more: Partial<AlertChange> = {}): AlertChange {
  return {
    fingerprint: name,
    name,
    severity: "page",
    service: "link-service",
    slo: null,
    isDrill: false,
    labels: { alertname: name },
    annotations: { summary: `${name} happens` },
    isFiring: true,
    startsAtMs: startMs,
    endsAtMs: null,
    ...more,
  };
}

const ended = (name: string, more: Partial<AlertChange> = {}): AlertChange => alert(name, { isFiring: false, endsAtMs: startMs + 5 * minuteMs, ...more });
const states = (store: IncidentStore): string[] => store.list({ limit: 10 }).map(({ id, state, severity }) => `${id} ${state} ${severity}`);

describe("alerts", () => {
  test("of one service that begin together are one incident, which ends with the last of them", () => {
    withDesk(({ desk, store }) => {
      desk.alertChanged(alert("HighErrorRate"), startMs);
      desk.alertChanged(alert("ApiErrorBudgetBurn", { slo: "api-availability", startsAtMs: startMs + minuteMs }), startMs + minuteMs);
      expect(states(store)).toEqual(["1 open page"]);
      desk.alertChanged(ended("HighErrorRate"), startMs + 5 * minuteMs);
      expect(states(store)).toEqual(["1 open page"]);
      desk.alertChanged(ended("ApiErrorBudgetBurn", { slo: "api-availability", startsAtMs: startMs + minuteMs }), startMs + 6 * minuteMs);
      expect(states(store)).toEqual(["1 resolved page"]);
    });
  });

  test("of another service, of another hour or of a drill are incidents of their own", () => {
    withDesk(({ desk, store }) => {
      desk.alertChanged(alert("HighErrorRate"), startMs);
      desk.alertChanged(alert("AlertmanagerDown", { service: "monitoring" }), startMs);
      desk.alertChanged(alert("HighCpu", { slo: "redirect-latency", startsAtMs: startMs + 60 * minuteMs }), startMs + 60 * minuteMs);
      desk.alertChanged(alert("Drilled", { isDrill: true }), startMs);
      expect(store.list({ limit: 10 })).toHaveLength(4);
    });
  });

  test("told twice, or ended twice, or ended without a beginning, change nothing", () => {
    withDesk(({ desk, store }) => {
      desk.alertChanged(alert("HighErrorRate"), startMs);
      const before = [states(store), store.timeline(1).length];
      expect(desk.alertChanged(alert("HighErrorRate"), startMs + 1)).toBeNull();
      expect(desk.alertChanged(ended("StoreErrors"), startMs + 1)).toBeNull();
      expect([states(store), store.timeline(1).length]).toEqual(before);
      desk.alertChanged(ended("HighErrorRate"), startMs + 1);
      expect(desk.alertChanged(ended("HighErrorRate"), startMs + 2)).toBeNull();
    });
  });

  test("that fire again within ten minutes open the incident again; later they make a new one", () => {
    withDesk(({ desk, store }) => {
      desk.alertChanged(alert("HighErrorRate"), startMs);
      desk.alertChanged(ended("HighErrorRate"), startMs + 5 * minuteMs);
      const againMs = startMs + 5 * minuteMs + reopenWithinMs - 1;
      desk.alertChanged(alert("HighErrorRate", { startsAtMs: againMs }), againMs);
      expect(states(store)).toEqual(["1 open page"]);
      expect(store.timeline(1).map(({ kind }) => kind)).toEqual(["opened", "resolved", "reopened"]);
      desk.alertChanged(ended("HighErrorRate", { startsAtMs: againMs }), againMs + 1);
      const laterMs = againMs + 1 + reopenWithinMs;
      desk.alertChanged(alert("HighErrorRate", { startsAtMs: laterMs }), laterMs);
      expect(states(store)).toEqual(["2 open page", "1 resolved page"]);
    });
  });

  test("that speak as a ticket of what was paged neither hold an incident open nor open it again, unless they smouldered before", () => {
    const of = (severity: "page" | "ticket", startsAtMs: number, more: Partial<AlertChange> = {}): AlertChange =>
      alert("RedirectErrorBudgetBurn", { fingerprint: severity, severity, labels: { severity }, slo: "redirect-availability", startsAtMs, ...more });
    const end = { isFiring: false, endsAtMs: startMs + 5 * minuteMs };
    withDesk(({ desk, store, news }) => {
      desk.alertChanged(of("page", startMs), startMs);
      desk.alertChanged(of("page", startMs, end), startMs + 5 * minuteMs);
      desk.alertChanged(of("ticket", startMs - minuteMs), startMs + 5 * minuteMs);
      expect(states(store)).toEqual(["1 resolved page"]);
      expect(news).toEqual(["1 open", "1 resolved"]);
      const againMs = startMs + 6 * minuteMs;
      desk.alertChanged(of("page", againMs), againMs);
      expect(states(store)).toEqual(["1 open page"]);
      desk.alertChanged(of("page", againMs, end), againMs + 1);
      expect(states(store)).toEqual(["1 resolved page"]);
      desk.alertChanged(of("ticket", startMs - minuteMs, end), startMs + 60 * minuteMs);
      expect(store.timeline(1).map(({ kind }) => kind)).toEqual(["opened", "resolved", "alert_fired", "reopened", "resolved", "alert_resolved"]);
    });
    withDesk(({ desk, store }) => {
      desk.alertChanged(of("ticket", startMs - 60 * minuteMs), startMs);
      desk.alertChanged(of("page", startMs), startMs);
      desk.alertChanged(of("page", startMs, end), startMs + 5 * minuteMs);
      expect(states(store)).toEqual(["1 open page"]);
    });
  });

  test("of a worse kind raise the severity, and milder ones do not lower it", () => {
    withDesk(({ desk, store }) => {
      desk.alertChanged(alert("StoreErrors", { severity: "ticket" }), startMs);
      desk.alertChanged(alert("HighErrorRate"), startMs);
      desk.alertChanged(alert("StoreSlow", { severity: "ticket" }), startMs);
      expect(states(store)).toEqual(["1 open page"]);
    });
  });
});

describe("people", () => {
  test("cannot both win an acknowledgement: the second is told who has it", () => {
    withDesk(({ desk }) => {
      desk.alertChanged(alert("HighErrorRate"), startMs);
      expect(desk.acknowledge(1, ann).outcome).toBe("changed");
      const second = desk.acknowledge(1, { ...ann, author: "ben" });
      expect(second.outcome === "refused" && second.incident.acknowledgedBy).toBe("ann");
    });
  });

  test("take an incident from open to reviewed, and every step is a line of its timeline", () => {
    withDesk(({ desk, store, news }) => {
      desk.declare({ title: "mail is slow", severity: "ticket", service: "mail" }, ann);
      for (const step of ["acknowledge", "mitigate", "resolve", "review"] as const) expect(desk[step](1, ann).outcome).toBe("changed");
      expect(store.timeline(1).map(({ kind }) => kind)).toEqual(["opened", "acknowledged", "mitigated", "resolved", "reviewed"]);
      expect(news).toEqual(["1 open", "1 acknowledged", "1 mitigated", "1 resolved", "1 reviewed"]);
    });
  });

  test("cannot skip or repeat steps, and an unknown incident is said to be unknown", () => {
    withDesk(({ desk }) => {
      desk.declare({ title: "a", severity: "page", service: "a" }, ann);
      expect(desk.review(1, ann).outcome).toBe("refused");
      expect(desk.resolve(1, ann).outcome).toBe("changed");
      expect(desk.acknowledge(1, ann).outcome).toBe("refused");
      expect(desk.note(99, "hello", ann).outcome).toBe("unknown");
    });
  });

  test("merge incidents and split them again, and no alert is lost on the way", () => {
    withDesk(({ desk, store }) => {
      desk.alertChanged(alert("HighErrorRate"), startMs);
      desk.alertChanged(alert("AlertmanagerDown", { service: "monitoring" }), startMs);
      expect(desk.merge(2, 1, ann).outcome).toBe("changed");
      expect(store.alerts(1).map(({ name }) => name)).toEqual(["AlertmanagerDown", "HighErrorRate"]);
      expect(store.find(2)).toMatchObject({ mergedInto: 1, state: "resolved" });
      expect(desk.merge(2, 1, ann).outcome).toBe("refused");
      const made = desk.split(1, ["AlertmanagerDown"], ann);
      expect(made.outcome === "changed" && store.alerts(made.incident.id).map(({ name }) => name)).toEqual(["AlertmanagerDown"]);
      expect(desk.split(1, ["HighErrorRate"], ann).outcome).toBe("refused");
      desk.alertChanged(ended("AlertmanagerDown", { service: "monitoring" }), startMs + minuteMs);
      expect(states(store)).toEqual(["3 resolved page", "2 resolved page", "1 open page"]);
    });
  });

  test("an acknowledgement that expired is open again for the next person", () => {
    withDesk(({ desk }) => {
      desk.alertChanged(alert("HighErrorRate"), startMs);
      desk.acknowledge(1, ann);
      expect(desk.expireAcknowledgement(1, startMs + 60 * minuteMs).outcome).toBe("changed");
      expect(desk.acknowledge(1, { ...ann, author: "ben" }).outcome).toBe("changed");
    });
  });
});

test("a timeline cannot be changed or shortened, not even in the database", () => {
  using folder = temporaryFolder();
  const opened = openDesk(folder.path, startMs);
  const store = openIncidents(opened.database);
  createIncidentDesk({ store, impactStartOf: () => startMs, onChange: () => undefined }).declare({ title: "a", severity: "page", service: "a" }, ann);
  expect(() => opened.database.run("UPDATE incident_timeline SET text = ''")).toThrow("only grows");
  expect(() => opened.database.run("DELETE FROM incident_timeline")).toThrow("only grows");
  opened.close();
});

test("an incident outlives the process at any step", () => {
  using folder = temporaryFolder();
  const first = openDesk(folder.path, startMs);
  const desk = createIncidentDesk({ store: openIncidents(first.database), impactStartOf: () => startMs, onChange: () => undefined });
  desk.alertChanged(alert("HighErrorRate"), startMs);
  desk.acknowledge(1, ann);
  first.close();
  const second = openDesk(folder.path, startMs);
  const found = openIncidents(second.database).find(1) as Incident;
  expect(found).toMatchObject({ state: "acknowledged", acknowledgedBy: "ann", impactStartedAtMs: startMs });
  second.close();
});
