import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  absent,
  type BinaryOperation,
  allOf,
  anyOf,
  binary,
  type Expression,
  highest,
  increase,
  lowest,
  overTime,
  predictLinear,
  rate,
  scalar,
  series,
  sum,
  time,
} from "./expression.ts";
import { promDuration, toPromQl } from "./promql.ts";
import { timeScale } from "./time-scale.ts";

const up = series("up");

/** Places where the grammar of Prometheus' editor finds no PromQL. */
function faultsIn(query: string): number[] {
  const faults: number[] = [];
  parser.parse(query).iterate({ enter: ({ type, from }) => void (type.isError && faults.push(from)) });
  return faults;
}

describe("an expression is spelled", () => {
  test("with every kind of matcher, its text quoted", () => {
    const where = { a: "x", b: "!= y", c: "=~ p|q", d: '!~ r"\\d' };
    expect(toPromQl(series("up", where))).toBe('up{a="x", b!="y", c=~"p|q", d!~"r\\"\\\\d"}');
  });

  test("as a number, the time, a series or its absence", () => {
    expect([scalar(0.05), time, up, absent(series("up", { job: "a" }))].map((each) => toPromQl(each))).toEqual(["0.05", "time()", "up", 'absent(up{job="a"})']);
  });

  test("with windows, offsets, and seconds ahead", () => {
    expect(toPromQl(rate(up, 300))).toBe("rate(up[5m])");
    expect(toPromQl(increase(series("up", {}, 3_600), 90))).toBe("increase(up[1m30s] offset 1h)");
    expect(toPromQl(predictLinear(up, 21_600, 86_400))).toBe("predict_linear(up[6h], 86400)");
    expect(toPromQl(series("up", {}, 60))).toBe("up offset 1m");
  });

  test("with the labels that an aggregation keeps and an operation matches on", () => {
    expect(toPromQl(sum(up))).toBe("sum by (job) (up)");
    expect(toPromQl(highest(up, ["job", "instance"]))).toBe("max by (job, instance) (up)");
    expect(toPromQl(lowest(up, []))).toBe("min by () (up)");
    expect(toPromQl(binary(up, "and", up, ["job"]))).toBe("up and on (job) up");
  });

  test("with parentheses around every operation inside another, but for a chain of the same and or or", () => {
    const [a, b, c] = [series("a"), series("b"), series("c")] as const;
    expect(toPromQl(binary(a, "-", binary(b, "-", c)))).toBe("a - (b - c)");
    expect(toPromQl(binary(binary(a, "-", b), "-", c))).toBe("(a - b) - c");
    expect(toPromQl(allOf(a, b, c))).toBe("a and b and c");
    expect(toPromQl(anyOf(a, b, c))).toBe("a or b or c");
    expect(toPromQl(anyOf(a, allOf(b, c)))).toBe("a or (b and c)");
    expect(toPromQl(allOf(binary(a, ">", 1), anyOf(b, c)))).toBe("(a > 1) and (b or c)");
  });

  test("with its times scaled, and no window shorter than four scrapes", () => {
    const fast = timeScale(1 / 60, 1);
    expect(toPromQl(rate(series("up", {}, 3_600), 600), fast)).toBe("rate(up[10s] offset 1m)");
    expect(toPromQl(rate(up, 60), fast)).toBe("rate(up[4s])");
    expect(toPromQl(predictLinear(up, 3_600, 86_400), fast)).toBe("predict_linear(up[1m], 1440)");
  });
});

const names = fc.stringMatching(/^[a-z]{3,8}_total$/);
const matchers = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.string({ maxLength: 12 }), { maxKeys: 3 });
const offsetsS = fc.constantFrom(0, 60, 86_400);
const anySeries = fc.tuple(names, matchers, offsetsS).map(([name, where, offsetS]) => series(name, where, offsetS));
const windowsS = fc.integer({ min: 1, max: 3_000_000 });
const operations = fc.constantFrom<BinaryOperation>("+", "-", "*", "/", ">", ">=", "<", "<=", "==", "and", "or");

/** Expressions that mean something: a comparison, `and` and `or` need series on both sides, so numbers stand only where rules put them. */
const { expression: anyExpression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small" },
    anySeries,
    fc.tuple(anySeries, windowsS).map(([of, windowS]) => rate(of, windowS)),
    fc.tuple(anySeries, windowsS).map(([of, windowS]) => overTime("sum_over_time", of, windowS)),
    fc.tuple(anySeries, windowsS, windowsS).map(([of, windowS, aheadS]) => predictLinear(of, windowS, aheadS)),
    tie("expression").map((of) => sum(of)),
    fc.tuple(tie("expression"), operations, tie("expression")).map(([left, operation, right]) => binary(left, operation, right)),
    fc
      .tuple(tie("expression"), fc.constantFrom<BinaryOperation>("+", "*", ">", "<="), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .map(([left, operation, right]) => binary(left, operation, right)),
  ),
}));

describe("every expression", () => {
  test("is spelled as PromQL that the editor's grammar reads", () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        expect(faultsIn(toPromQl(expression))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("is read by a grammar that does find faults", () => {
    expect(faultsIn("sum by (job (up)")).not.toEqual([]);
  });
});

/** Seconds that a duration of Prometheus stands for. */
function secondsOf(duration: string): number {
  const lengthsS: Record<string, number> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001 };
  return [...duration.matchAll(/(\d+)(ms|[dhms])/g)].reduce((total, [, count, unit = ""]) => total + Number(count) * (lengthsS[unit] ?? Number.NaN), 0);
}

describe("a duration", () => {
  test("is written in the largest units that fit", () => {
    expect([0, 0.25, 5, 60, 90, 3_600, 5_400, 86_400, 2_592_000].map(promDuration)).toEqual(["0s", "250ms", "5s", "1m", "1m30s", "1h", "1h30m", "1d", "30d"]);
  });

  test("means as long as was written, to the millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (lengthMs) => {
        expect(Math.round(secondsOf(promDuration(lengthMs / 1000)) * 1000)).toBe(lengthMs);
      }),
    );
  });
});
