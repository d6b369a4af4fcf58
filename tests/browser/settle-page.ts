import type { Page } from "playwright-core";
import { waitUntil } from "../harness/wait-until.ts";

/** Longest that all of a page may take to come, in milliseconds. */
const settleTimeoutMs = 10_000;

/** Waits until everything that was asked for is there: no skeleton is left. */
export async function settlePage(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await waitUntil("no skeleton is left", settleTimeoutMs, async () => (await page.locator(".skeleton, .page-unseen").count()) === 0);
}
