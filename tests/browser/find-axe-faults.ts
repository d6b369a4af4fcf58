import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const axe = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

interface AxeViolation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds wrong with the page as it is now: one sentence for every rule, with the first place. */
export async function findAxeFaults(page: Page): Promise<string[]> {
  // Evaluated by the browser's own debugger, so that the content security policy of the page does not refuse it.
  await page.evaluate(axe);
  const violations = await page.evaluate<AxeViolation[]>("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)");
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}, ${nodes.length} times, as in ${nodes[0]?.html.slice(0, 200)} (${nodes[0]?.failureSummary.slice(0, 300)})`,
  );
}
