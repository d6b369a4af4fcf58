import { expect, test } from "bun:test";
import { allAlerts } from "../../alerting/rules.ts";
import { scenarios } from "./scenarios.ts";
import { type DrillFacts, type DrillIncident, scoreDrill } from "./score-drill.ts";

const faultAtMs = 1_800_000_000_000;
type Entry = DrillIncident["timeline"][number];
const entry = (afterMs: number, kind: Entry["kind"], details: Entry["details"] = {}): Entry => ({ atMs: faultAtMs + afterMs, kind, text: "", details });
const mailed = (afterMs: number, reason: string, occurrence = 0): Entry =>
  entry(afterMs, "notified", { key: `INC-1/${reason}/${occurrence}/mail/a@example.org` });
const incident = (timeline: Entry[], severity: "page" | "ticket" = "page"): DrillIncident => ({
  incident: { severity, title: "It burns", resolvedAtMs: null },
  timeline,
});
const story = [
  entry(2_000, "opened", { alert: "HighErrorRate" }),
  mailed(5_000, "first"),
  entry(20_000, "resolved", { alert: "HighErrorRate" }),
  mailed(21_000, "recovery"),
];
const facts: DrillFacts = {
  scenario: { expected: ["HighErrorRate"], also: ["StoreSlow"] },
  faultAtMs,
  endedAtMs: faultAtMs + 6_000,
  incidents: [incident(story)],
  isTelling: true,
};

test("a drill passes when its fault was noticed, told and over, and its times count from the fault", () => {
  expect(scoreDrill(facts)).toEqual({ detectedMs: 2_000, mailedMs: 5_000, recoveredMs: 20_000, falsePages: 0, passed: true, note: "The fault lasted 6.0 s." });
  const grown = [entry(1_000, "opened", { alert: "StoreSlow" }), entry(2_500, "alert_fired", { alert: "HighErrorRate" }), ...story.slice(1)];
  expect(scoreDrill({ ...facts, incidents: [incident(grown)] })).toMatchObject({ detectedMs: 2_500, passed: true });
});

test("a drill fails by what did not happen, and says what", () => {
  const cases: [Partial<DrillFacts>, words: string][] = [
    [{ incidents: [] }, "No incident was opened"],
    [{ incidents: [incident(story.filter(({ kind }) => kind !== "notified"))] }, "Nobody was told"],
    [{ incidents: [incident(story.slice(0, 2))] }, "did not end"],
    [{ incidents: [incident(story.slice(0, 3))] }, "Nobody was told of its end"],
    [{ incidents: [incident([...story, mailed(30_000, "first", 1)])] }, "more than once"],
    [
      { incidents: [incident(story), incident([entry(3_000, "opened", { alert: "TrafficDropped" })])] },
      "Paged for It burns. Alerts that do not belong to it: TrafficDropped",
    ],
  ];
  for (const [more, words] of cases) {
    const score = scoreDrill({ ...facts, ...more });
    expect({ words, passed: score.passed }).toEqual({ words, passed: false });
    expect(score.note).toContain(words);
  }
});

test("what was there before the fault counts neither for a drill nor against it", () => {
  const before = incident([entry(-9_000, "opened", { alert: "HighErrorRate" }), mailed(-5_000, "first"), entry(-1_000, "resolved")]);
  expect(scoreDrill({ ...facts, incidents: [before] })).toMatchObject({ detectedMs: null, mailedMs: null, falsePages: 0, passed: false });
  const again = incident([
    ...before.timeline,
    entry(2_000, "reopened", { alert: "HighErrorRate" }),
    mailed(5_000, "first", 1),
    entry(9_000, "resolved"),
    mailed(9_500, "recovery"),
  ]);
  expect(scoreDrill({ ...facts, incidents: [again] })).toMatchObject({ detectedMs: 2_000, mailedMs: 5_000, recoveredMs: 9_000, passed: true });
});

test("a fault that nobody may be paged for passes in silence, and with a ticket, and fails with a page", () => {
  const silent = { ...facts, scenario: { expected: [], also: [] } };
  const opened = [entry(1_000, "opened", { alert: "LinkServiceDown" })];
  expect(scoreDrill({ ...silent, incidents: [] })).toMatchObject({ passed: true, falsePages: 0, note: "" });
  expect(scoreDrill({ ...silent, incidents: [incident(opened, "ticket")] })).toMatchObject({ passed: true, falsePages: 0 });
  expect(scoreDrill({ ...silent, incidents: [incident(opened)] })).toMatchObject({ passed: false, falsePages: 1 });
});

test("where there is nobody to tell, a drill passes without a mail and says so", () => {
  const untold = { ...facts, isTelling: false, incidents: [incident(story.filter(({ kind }) => kind !== "notified"))] };
  expect(scoreDrill(untold)).toMatchObject({ mailedMs: null, passed: true, note: "No channel is set, so nobody could be told. The fault lasted 6.0 s." });
});

test("every scenario names alerts that exist", () => {
  const names = new Set(allAlerts().map(({ name }) => name));
  expect(scenarios.flatMap(({ expected, also }) => [...expected, ...also]).filter((name) => !names.has(name))).toEqual([]);
});
