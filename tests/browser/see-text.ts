import type { Page } from "playwright-core";

/** Longest that a text may take to show, in milliseconds. */
const seeTimeoutMs = 10_000;

/** Waits until a text can be seen. */
export async function seeText(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: seeTimeoutMs });
}
