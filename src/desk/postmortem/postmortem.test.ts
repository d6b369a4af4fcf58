import { expect, test } from "bun:test";
import type { Incident } from "../../storage/desk/incident-store.ts";
import { chartSvg } from "./chart-svg.ts";
import { draftPostmortem } from "./draft-postmortem.ts";
import { monthReport } from "./month-report.ts";
import { spanText } from "./time-text.ts";

const startMs = Date.parse("2026-11-24T03:00:00Z");
const minuteMs = 60_000;

const incident: Incident = {
  id: 7,
  version: 5,
  title: "More than 5 % of all requests fail",
  severity: "page",
  service: "link-service",
  slo: null,
  groupKey: "link-service/",
  state: "resolved",
  isDrill: false,
  impactStartedAtMs: startMs,
  openedAtMs: startMs + 3 * minuteMs,
  acknowledgedAtMs: startMs + 5 * minuteMs,
  acknowledgedBy: "ann",
  mitigatedAtMs: null,
  resolvedAtMs: startMs + 20 * minuteMs,
  reviewedAtMs: null,
  mergedInto: null,
  publicPhase: null,
};

const chart = {
  name: "signal:errors_5xx:share",
  title: "Errors <5xx>",
  unit: "%",
  timesMs: [startMs - minuteMs, startMs, startMs + minuteMs, startMs + 2 * minuteMs],
  series: [{ label: "a & b", values: [0, 1, null, 3] }],
};

test("a draft says when it began, who noticed, what failed and what changed before", () => {
  const text = draftPostmortem({
    incident,
    alerts: [
      {
        incidentId: 7,
        fingerprint: "x",
        name: "HighErrorRate",
        labels: {},
        annotations: { impact: "Some redirects fail." },
        startsAtMs: startMs,
        endsAtMs: null,
      },
    ],
    timeline: [
      { id: 1, incidentId: 7, atMs: startMs + 3 * minuteMs, kind: "opened", author: null, text: "HighErrorRate fires", details: {} },
      { id: 2, incidentId: 7, atMs: startMs + 6 * minuteMs, kind: "note", author: "ann", text: "a | pipe", details: {} },
    ],
    evidence: [
      { incidentId: 7, kind: "signals", capturedAtMs: startMs, content: [chart] },
      { incidentId: 7, kind: "changes", capturedAtMs: startMs, content: [{ atMs: startMs - minuteMs, text: "version 1.2 was deployed" }] },
      { incidentId: 7, kind: "log_errors", capturedAtMs: startMs, content: [{ text: "the store failed", count: 12 }] },
    ],
    impact: { failedRequests: 1234.4, budgetSpent: 0.021 },
  });
  for (const part of [
    "# INC-7: More than 5 % of all requests fail",
    "From 2026-11-24 03:00:00 on, more than 5 % of all requests fail. It lasted 20 min.",
    "Some redirects fail.",
    "Noticed by HighErrorRate.",
    "Failed or slow requests: 1,234",
    "2.10 % of its period",
    "| detected (incident opened) | 2026-11-24 03:03:00 | 3 min |",
    "| acknowledged | 2026-11-24 03:05:00 | 2 min |",
    "a \\| pipe",
    "12 × the store failed",
    "version 1.2 was deployed",
    "<svg",
  ])
    expect(text).toContain(part);
});

test("a chart escapes its texts, breaks its line at a gap and marks the moment", () => {
  const svg = chartSvg(chart, { markMs: startMs });
  expect(svg).toContain("Errors &lt;5xx&gt;");
  expect(svg).toContain("a &amp; b");
  expect(svg.match(/M\d/g)).toHaveLength(3); // the axes, and two stretches of the line
  expect(svg).toContain('stroke-dasharray="4 3"');
  expect(chartSvg({ ...chart, timesMs: [], series: [] }, { markMs: startMs })).not.toContain("NaN");
});

test("a month counts medians and says what it left out; drills and merged incidents are no incidents", () => {
  const quick: Incident = { ...incident, id: 8, acknowledgedAtMs: null, acknowledgedBy: null, resolvedAtMs: incident.openedAtMs + minuteMs };
  const [month] = monthReport([incident, quick, { ...incident, isDrill: true }, { ...incident, mergedInto: 7 }], () => ({ "api-availability": 0.2 }));
  expect(month).toMatchObject({
    month: "2026-11",
    incidents: 2,
    pages: 2,
    falsePages: 1,
    timeToDetect: { count: 2, medianMs: 3 * minuteMs, excluded: 0 },
    timeToAcknowledge: { count: 1, medianMs: 2 * minuteMs, excluded: 1 },
    budgetSpent: { "api-availability": 0.2 },
  });
});

test("a span of time reads as a person says it", () => {
  expect([0, 45_000, 200_000, 3_600_000, 7_500_000, 180_000_000].map(spanText)).toEqual(["0 s", "45 s", "3 min 20 s", "1 h", "2 h 5 min", "2 d 2 h"]);
});
