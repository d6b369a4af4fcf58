import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { stringify } from "yaml";
import { binary, type Expression, rate, series, share, sum } from "../../src/alerting/expression.ts";
import { toPromQl } from "../../src/alerting/promql.ts";
import { promtool } from "../harness/promtool.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

/** What promtool says where an expression, from samples of `part` and `total`, has other values than wanted; nothing where it has them. */
async function evaluate(expression: Expression, values: { part?: string; total?: string }, wanted: readonly number[]): Promise<readonly string[]> {
  using folder = temporaryFolder();
  const test = {
    interval: "15s",
    input_series: Object.entries(values).map(([name, samples]) => ({ series: `${name}{job="a"}`, values: samples })),
    promql_expr_test: [{ expr: toPromQl(expression), eval_time: "5m", exp_samples: wanted.map((value) => ({ labels: '{job="a"}', value })) }],
  };
  await Bun.write(join(folder.path, "rules.yml"), "groups: []\n");
  await Bun.write(join(folder.path, "test.yml"), stringify({ rule_files: ["rules.yml"], evaluation_interval: "1m", tests: [test] }));
  const { exitCode, lines } = await promtool("test", "rules", join(folder.path, "test.yml"));
  return exitCode === 0 ? [] : lines;
}

describe("a share, computed by Prometheus", () => {
  const ratio = share(sum(rate(series("part"), 60)), sum(rate(series("total"), 60)));

  test("is the quotient where something happened", async () => {
    expect(await evaluate(ratio, { part: "0+1x20", total: "0+4x20" }, [0.25])).toEqual([]);
    expect(await evaluate(ratio, { part: "0+4x20", total: "0+4x20" }, [1])).toEqual([]);
  });

  test("is 0 where nothing happened, and never NaN", async () => {
    expect(await evaluate(ratio, { part: "0+0x20", total: "0+0x20" }, [0])).toEqual([]);
  });

  test("is 0 where nothing bad was ever counted", async () => {
    expect(await evaluate(ratio, { total: "0+4x20" }, [0])).toEqual([]);
    expect(await evaluate(ratio, { total: "0+0x20" }, [0])).toEqual([]);
  });

  test("is absent where there is nothing to have a share of", async () => {
    expect(await evaluate(ratio, { part: "0+4x20" }, [])).toEqual([]);
  });

  test("is found wrong when it is: the plain quotient of nothing is NaN", async () => {
    const plain = binary(sum(rate(series("part"), 60)), "/", sum(rate(series("total"), 60)));
    expect(await evaluate(plain, { part: "0+0x20", total: "0+0x20" }, [0])).not.toEqual([]);
  });
});
