import { describe, expect, test } from "bun:test";
import type { AlertDefinition } from "../../alerting/alert-definition.ts";
import { absent, binary, type Expression, series } from "../../alerting/expression.ts";
import type { RuleGroup } from "../../alerting/rules.ts";
import { realTime } from "../../alerting/time-scale.ts";
import type { Sample } from "./evaluate.ts";
import { type RecordingBook, RuleRunner } from "./rule-runner.ts";

const second = 1_000;

function alert(name: string, condition: Expression, timing: { forS?: number; keepFiringS?: number } = {}): AlertDefinition {
  const texts = { measure: "", summary: "", impact: "", action: "" };
  const limit = { value: 0, unit: "count", side: "above" } as const;
  return { name, severity: "page", service: "link-service", condition, limit, forS: 0, keepFiringS: 0, board: "store", ...texts, ...timing };
}

function group(alerts: readonly AlertDefinition[], more: Partial<RuleGroup> = {}): RuleGroup {
  return { name: "group", intervalS: 5, recordings: [], alerts, ...more };
}

/** A book whose only samples are those given for now, and what rules record. */
class Book implements RecordingBook {
  samples: Sample[] = [];
  readonly recorded: Sample[] = [];

  find(metric: string): ReturnType<RecordingBook["find"]> {
    return [...this.recorded, ...this.samples]
      .filter(({ labels }) => labels["__name__"] === metric)
      .map(({ labels, value }) => ({ labels, timesMs: Float64Array.of(0), values: Float64Array.of(value), first: 0, end: 1 }));
  }

  record(_: number, samples: readonly Sample[]): void {
    this.recorded.push(...samples);
  }
}

const sample = (value: number, labels: Record<string, string> = {}): Sample => ({ labels: { __name__: "load", job: "a", ...labels }, value });
const loaded = binary(series("load"), ">", 1);

/** Runs at each time with the samples that are there; what changed each time. */
function changesOf(runner: RuleRunner, book: Book, steps: readonly (readonly [atS: number, value: number | null])[]): string[][] {
  return steps.map(([atS, value]) => {
    book.samples = value === null ? [] : [sample(value)];
    return runner.run(atS * second).changes.map(({ change, alert }) => `${change} ${alert.labels["alertname"]} since ${alert.activeAtMs / second}`);
  });
}

describe("a run of the rules", () => {
  test("tells each change of an alert once: pending, dropped, firing, resolved after it was kept", () => {
    const book = new Book();
    const runner = new RuleRunner({ groups: [group([alert("Loaded", loaded, { forS: 10, keepFiringS: 10 })])], scale: realTime, book });
    const steps = [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50].map((atS, index) => [atS, [2, 0, 2, 3, 2, 2, 0, 2, null, 0, 0][index] ?? null] as const);
    expect(changesOf(runner, book, steps)).toEqual([
      ["pending Loaded since 0"],
      ["dropped Loaded since 0"],
      ["pending Loaded since 10"],
      [],
      ["firing Loaded since 10"],
      [],
      [],
      [],
      [],
      [],
      ["resolved Loaded since 10"],
    ]);
  });

  test("goes on with restored alerts as if there had been no restart", () => {
    const definition = alert("Loaded", loaded, { forS: 10, keepFiringS: 10 });
    const book = new Book();
    const before = new RuleRunner({ groups: [group([definition])], scale: realTime, book });
    changesOf(before, book, [
      [0, 2],
      [5, 2],
    ]);
    const after = new RuleRunner({ groups: [group([definition])], scale: realTime, book });
    after.restore(definition, [...before.alertsOf(definition).values()]);
    expect(
      changesOf(after, book, [
        [12, 2],
        [17, 2],
      ]),
    ).toEqual([["firing Loaded since 0"], []]);
  });

  test("keeps the alerts of a rule that cannot be evaluated, says so, and goes on with the others", () => {
    const ambiguous = binary(series("load"), ">", series("load"));
    const definition = alert("Ambiguous", binary(loaded, "and", binary(ambiguous, "or", series("load"))));
    const book = new Book();
    const runner = new RuleRunner({ groups: [group([definition, alert("Absent", absent(series("gone")))])], scale: realTime, book });
    book.samples = [sample(2)];
    expect(runner.run(0).changes.map(({ alert }) => alert.labels["alertname"])).toEqual(["Ambiguous", "Absent"]);
    book.samples = [sample(2), sample(3)];
    const { changes, faults } = runner.run(5 * second);
    expect(changes).toEqual([]);
    expect(faults.map(({ rule, error }) => [rule, error.name])).toEqual([["Ambiguous/page", "RangeError"]]);
    expect([...runner.alertsOf(definition).values()].map(({ state }) => state)).toEqual(["firing"]);
  });

  test("records what later rules of the same run read, and ends a series that a recording no longer gives", () => {
    const book = new Book();
    const recording = { record: "load:double", labels: { slo: "x" }, expression: binary(series("load"), "*", 2), isSeldom: false };
    const runner = new RuleRunner({
      groups: [group([alert("Double", binary(series("load:double"), ">", 3))], { recordings: [recording] })],
      scale: realTime,
      book,
    });
    book.samples = [sample(2)];
    expect(runner.run(0).changes.map(({ alert }) => alert.labels)).toEqual([
      { alertname: "Double", job: "a", service: "link-service", severity: "page", slo: "x" },
    ]);
    book.samples = [];
    for (const atS of [5, 10]) runner.run(atS * second);
    expect(book.recorded.map(({ value }) => value)).toEqual([4, Number.NaN]);
  });

  test("evaluates a group when its interval has passed, a little early or late, and every group at the first run", () => {
    const book = new Book();
    const seldom = alert("Seldom", loaded);
    const runner = new RuleRunner({ groups: [group([alert("Often", loaded)]), group([seldom], { intervalS: 60 })], scale: realTime, book });
    book.samples = [sample(2)];
    runner.run(0);
    book.samples = [];
    const gone = (atMs: number) => runner.run(atMs).changes.map(({ alert }) => alert.labels["alertname"]);
    expect(gone(4_900)).toEqual(["Often"]);
    expect(gone(50_000)).toEqual([]);
    expect(gone(59_990)).toEqual(["Seldom"]);
  });
});
