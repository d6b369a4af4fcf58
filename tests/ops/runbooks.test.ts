import { describe, expect, test } from "bun:test";
import type { AlertDefinition } from "../../src/alerting/alert-definition.ts";
import { allAlerts } from "../../src/alerting/rules.ts";
import { findRunbookFaults, summaryOf } from "./find-runbook-faults.ts";
import { parseRunbook } from "./runbook.ts";
import { readSourceFiles } from "./source-file.ts";

const alerts = allAlerts();
const definitionsOf = (name: string): AlertDefinition[] => alerts.filter((alert) => alert.name === name);
/** Read as the check of all documents reads them, so that it sees each of these. */
const runbooks = readSourceFiles("**/*")
  .filter(({ path }) => /^ops\/runbooks\/[^/]+\.md$/.test(path))
  .map(({ path, text }) => parseRunbook(path, text));

describe("the runbooks", () => {
  test("are one for each alert, and there is an alert for each", () => {
    const names = [...new Set(alerts.map(({ name }) => name))].toSorted();
    expect(runbooks.map(({ path }) => path)).toEqual(names.map((name) => `ops/runbooks/${name}.md`));
  });

  test("agree with their alert's definition, have every part in order, say of each block what it answers or changes, and name only what exists", () => {
    expect(runbooks.flatMap((runbook) => findRunbookFaults(runbook, definitionsOf(runbook.title)))).toEqual([]);
  });
});

/** A runbook without a fault, for faults to be planted in. */
const sound = `# HighCpu

${summaryOf(definitionsOf("HighCpu"))}

## Meaning

Busy. Related: [HighMemory](HighMemory.md).

## Impact

None.

## Diagnosis

\`\`\`sh
uptime
\`\`\`

Good: low.
Bad: high.

## Mitigation

Changes something: ends it.

\`\`\`sh
kill -TERM "$pid"
\`\`\`

## Verify

\`\`\`sh
uptime
\`\`\`

Good: low.
Bad: high.

## Prevention

More cores.
`;

/** Faults of the sound runbook after one change. */
function plant(from: string, to: string): string[] {
  expect(sound).toContain(from);
  const runbook = parseRunbook("ops/runbooks/HighCpu.md", sound.replace(from, to));
  return findRunbookFaults(runbook, definitionsOf("HighCpu"));
}

describe("the check finds a planted", () => {
  test("line under the title that is not the definition's", () => {
    expect(plant("Busy.", "Busy.")).toEqual([]);
    expect(plant("0.9 cores", "0.8 cores")).toHaveLength(1);
    expect(plant("ticket", "page")).toHaveLength(1);
    expect(plant("for 10m", "for 5m")).toHaveLength(1);
    expect(plant("Golden signals", "Store")).toHaveLength(1);
  });

  test("heading that is missing or in another place, and a title of another alert", () => {
    expect(plant("## Impact\n\nNone.\n\n", "")).toHaveLength(1);
    expect(plant("## Prevention", "## Later")).toHaveLength(1);
    expect(plant("# HighCpu", "# HighLoad")).toHaveLength(1);
  });

  test("part without a command, without a good or bad answer, or without a related alert", () => {
    expect(plant("## Verify\n\n```sh\nuptime\n```", "## Verify")).toHaveLength(1);
    expect(plant("Bad: high.", "")).toHaveLength(1);
    expect(plant("Good: low.", "")).toHaveLength(1);
    expect(plant(" Related: [HighMemory](HighMemory.md).", "")).toHaveLength(1);
  });

  test("change that is not announced, or an announcement of none", () => {
    expect(plant("Changes something: ends it.", "End it.").length).toBeGreaterThan(0);
    expect(plant('kill -TERM "$pid"', "uptime")).toHaveLength(1);
    for (const command of ["rm -f x", "amtool silence add a=b", 'curl -X POST "$PROMETHEUS/-/reload"', 'echo x >> "$LOG"', "find . -delete"])
      expect(plant("uptime\n```\n\nGood", `${command}\n\`\`\`\n\nGood`)).toHaveLength(1);
  });

  test("metric that does not exist, in a block as well", () => {
    expect(plant("uptime", "promtool query instant x 'srenity_clicks_lost_total'")).toEqual([]);
    expect(plant("uptime", "promtool query instant x 'srenity_clicks_dropped_total'")).toHaveLength(1);
    expect(plant("uptime", "promtool query instant x 'slo:requests:rate2m'")).toHaveLength(1);
  });
});
