import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { loadPages, type Pages } from "../../src/web/load-pages.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { findAxeFaults } from "./find-axe-faults.ts";
import { openBrowser } from "./open-browser.ts";
import { openPage } from "./open-page.ts";
import { seeText } from "./see-text.ts";
import { startStandInDesk } from "./stand-in-desk.ts";

/** Longest that the browser may take to start and the pages to be built, in milliseconds. */
const startTimeoutMs = 60_000;
/** Longest that something on a page may take to show, in milliseconds. */
const showTimeoutMs = 10_000;

let browser: Browser;
let pages: Pages;
beforeAll(async () => {
  [browser, pages] = await Promise.all([openBrowser(), loadPages("desk")]);
}, startTimeoutMs);
afterAll(() => browser.close());

describe("an incident", () => {
  test("keeps a ticked step of the runbook and a note in its timeline, and shows markup as text", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, `${desk.address}/incidents/13`);
    const { page } = opened;
    await page.getByRole("checkbox", { name: "Done: Why are redirects refused?" }).check();
    await page.locator(".timeline").getByText("Why are redirects refused?").waitFor();
    await seeText(page, "done by operator");
    const note = "**seen** <img src=x onerror=alert(1)> [here](javascript:alert(1))";
    await page.getByLabel("Note, in Markdown").fill(note);
    await page.getByRole("button", { name: "Preview" }).first().click();
    await page.locator(".preview strong").getByText("seen").waitFor();
    await page.getByRole("button", { name: "Add note" }).click();
    await page.locator(".timeline strong").getByText("seen").waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });
});

describe("other pages", () => {
  test("a post-mortem that someone else saved meanwhile is not overwritten unasked", async () => {
    await using desk = startStandInDesk(pages);
    await using mine = await openPage(browser, `${desk.address}/postmortems/11`);
    await using theirs = await openPage(browser, `${desk.address}/postmortems/11`);
    for (const [{ page }, text] of [
      [theirs, "# Theirs"],
      [mine, "# Mine"],
    ] as const) {
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByLabel("Text of the post-mortem, in Markdown").fill(text);
      await page.getByRole("button", { name: "Save", exact: true }).click();
      if (page === theirs.page) await seeText(page, "saved by operator");
    }
    await seeText(mine.page, "operator saved version 1 meanwhile");
    expect(await mine.page.getByLabel("Text of the post-mortem, in Markdown").inputValue()).toBe("# Mine");
    await mine.page.getByRole("button", { name: "Save mine over theirs" }).click();
    await seeText(mine.page, "saved by operator");
  });

  test("a rule is silenced and heard again", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, `${desk.address}/alerts`);
    const { page } = opened;
    await page.getByRole("button", { name: "Silence StoreSlow" }).click();
    await page.getByLabel("Why").fill("Planned work");
    expect(await findAxeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Silence", exact: true }).last().click();
    await seeText(page, "Planned work");
    await page.locator("#silences li", { hasText: "Planned work" }).getByRole("button", { name: "End now" }).click();
    await waitUntil("the silence is gone", showTimeoutMs, async () => (await page.getByText("Planned work").count()) === 0);
  });

  test("the log is searched by its address and followed with a pause", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, `${desk.address}/logs?level=error`);
    const { page } = opened;
    await page.locator(".log-lines li").first().waitFor();
    expect(new Set(await page.locator(".log-lines .mark").allTextContents())).toEqual(new Set(["■error"]));
    await page.getByLabel("Text").fill("nothing has this");
    await page.keyboard.press("Enter");
    await seeText(page, "No line matches.");
    await page.goto(`${desk.address}/logs?live=1`);
    await page.locator(".log-lines li").nth(9).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await seeText(page, "paused");
  });

  test("the true answer of a channel to a test is shown", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, `${desk.address}/settings`);
    await opened.page.getByRole("button", { name: "Send a test to oncall" }).click();
    await seeText(opened.page, "550 5.1.1 <oncall@example.org>: Recipient address rejected");
  });

  test("a chosen theme is remembered and there before the first paint", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, desk.address);
    const { page } = opened;
    await page.getByRole("button", { name: "Theme: system. Change" }).click();
    await page.getByRole("button", { name: "Theme: light. Change" }).click();
    await page.route("**/main-*.js", (route) => route.abort());
    await page.reload();
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(20, 22, 26)");
  });

  test("the keys are listed, and lead where they say", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, desk.address);
    const { page } = opened;
    await seeText(page, "INC-13");
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Go to Logs").waitFor();
    expect(await findAxeFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.waitForURL("**/logs");
    await page.goBack();
    await seeText(page, "Open incidents");
  });

  test("a desk that asks for a key shows nothing but that, and everything after the sign-in", async () => {
    await using desk = startStandInDesk(pages);
    desk.lock();
    await using opened = await openPage(browser, desk.address);
    const { page } = opened;
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();
    await page.getByRole("heading", { name: "This desk asks who is there" }).waitFor();
    expect(await findAxeFaults(page)).toEqual([]);
    await page.getByLabel("Key", { exact: true }).fill("a key");
    await page.getByLabel("Your name, as the timeline will tell it").fill("Ada Lind");
    await page.keyboard.press("Enter");
    await seeText(page, "1 of 50 redirects fails");
  });

  test("a change that needs a sign-in asks for it, and is not lost from sight", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, `${desk.address}/settings`);
    await opened.page.getByRole("listitem").filter({ hasText: "New disk for links-2" }).getByRole("button", { name: "End now" }).click();
    await opened.page.getByRole("dialog", { name: "Sign in" }).waitFor();
    await seeText(opened.page, "The window is still there");
  });
});
