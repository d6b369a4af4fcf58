import { expect, test } from "bun:test";
import type { Incident } from "../storage/desk/incident-store.ts";
import { type VerdictFacts, verdictOf } from "./verdict.ts";
import type { AlertView, TargetView, Verdict } from "./views.ts";

const nowMs = 1_800_000_000_000;
const incident = (more: Partial<Incident>): Incident =>
  ({ id: 3, title: "It burns", severity: "page", state: "open", impactStartedAtMs: nowMs - 60_000, acknowledgedBy: null, ...more }) as Incident;
const target = (isUp: boolean): TargetView => ({ instance: "a:1", isUp }) as TargetView;
const pending = (more: Partial<AlertView> = {}): AlertView =>
  ({ state: "pending", severity: "page", summary: "It may burn", activeAtMs: nowMs, isSilenced: false, isInhibited: false, ...more }) as AlertView;
const well: VerdictFacts = {
  incidents: [],
  alerts: [],
  targets: [target(true)],
  mail: { isOk: true, lastSentAtMs: null, waiting: 0, fault: null },
  freshAtMs: nowMs - 5_000,
  staleAfterMs: 30_000,
  isWell: true,
  nowMs,
};

test("the worst that is known decides, and says who has it", () => {
  const cases: [more: Partial<VerdictFacts>, state: Verdict, words: string][] = [
    [{}, "good", "All is well."],
    [{ mail: { ...well.mail, isOk: false, fault: "connection refused" } }, "warning", "mail does not leave: connection refused"],
    [{ targets: [target(false)] }, "warning", "a:1 cannot be measured"],
    [{ alerts: [pending()] }, "warning", "It may burn; it may pass"],
    [{ alerts: [pending({ isSilenced: true })] }, "good", "All is well."],
    [{ incidents: [incident({ isDrill: true })] }, "good", "All is well."],
    [{ incidents: [incident({ severity: "ticket" })] }, "warning", "INC-3: It burns; nobody has it."],
    [{ incidents: [incident({})], alerts: [pending()] }, "bad", "INC-3: It burns; nobody has it."],
    [{ incidents: [incident({ acknowledgedBy: "ann" }), incident({ id: 2 })] }, "bad", "ann has it. And 1 more."],
  ];
  for (const [more, state, words] of cases) {
    const verdict = verdictOf({ ...well, ...more });
    expect({ words, state: verdict.state }).toEqual({ words, state });
    expect(verdict.sentence).toContain(words);
  }
});

test("old measurements are never good news, and are no outage", () => {
  expect(verdictOf({ ...well, freshAtMs: null }).state).toBe("unknown");
  expect(verdictOf({ ...well, freshAtMs: nowMs - 60_000 })).toMatchObject({ state: "unknown", sinceMs: nowMs - 60_000 });
  expect(verdictOf({ ...well, isWell: false })).toMatchObject({ state: "unknown", sentence: expect.stringContaining("cannot store") });
  expect(verdictOf({ ...well, freshAtMs: nowMs - 60_000, incidents: [incident({})] }).state).toBe("bad");
});
