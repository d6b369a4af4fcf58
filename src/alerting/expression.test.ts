import { describe, expect, test } from "bun:test";
import { absent, allOf, anyOf, binary, rate, scalar, series, seriesOf, sum, time } from "./expression.ts";

describe("an expression", () => {
  test("names every series it reads", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => series(name)) as [ReturnType<typeof series>, ...ReturnType<typeof series>[]];
    const all = anyOf(allOf(sum(rate(a, 60)), binary(time, ">", 1)), absent(b!), binary(c!, "-", d!), scalar(1));
    expect(seriesOf(all).map(({ metric }) => metric)).toEqual(["a", "b", "c", "d"]);
  });

  test("takes a matcher with its operator in front, or a plain value", () => {
    expect(series("a", { x: "v", y: "!~ p|q", z: "=~ " }).matchers).toEqual([
      { label: "x", operator: "=", value: "v" },
      { label: "y", operator: "!~", value: "p|q" },
      { label: "z", operator: "=~", value: "" },
    ]);
  });
});
