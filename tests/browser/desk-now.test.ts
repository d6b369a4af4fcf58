import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { loadPages, type Pages } from "../../src/web/load-pages.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { openBrowser } from "./open-browser.ts";
import { openPage } from "./open-page.ts";
import { seeText } from "./see-text.ts";
import { startStandInDesk } from "./stand-in-desk.ts";

/** Longest that the browser may take to start and the pages to be built, in milliseconds. */
const startTimeoutMs = 60_000;
/** Longest that something on a page may take to show, in milliseconds. */
const showTimeoutMs = 10_000;
/** Longest that a lost stream may take to be told, and to come back, in milliseconds. */
const streamTimeoutMs = 20_000;

let browser: Browser;
let pages: Pages;
beforeAll(async () => {
  [browser, pages] = await Promise.all([openBrowser(), loadPages("desk")]);
}, startTimeoutMs);
afterAll(() => browser.close());

describe("now", () => {
  test("an incident is opened and acknowledged with the keyboard alone", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, desk.address);
    const { page } = opened;
    await seeText(page, "INC-13");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/incidents/13");
    await seeText(page, "nobody yet");
    await page.keyboard.press("a");
    await seeText(page, "INC-13 is acknowledged");
    await waitUntil("the desk knows", showTimeoutMs, () => desk.find(13).acknowledgedBy === "operator");
    await waitUntil("the button is gone", showTimeoutMs, async () => (await page.getByRole("button", { name: /^Acknowledge/ }).count()) === 0);
    await page.keyboard.press("r");
    await page.getByRole("heading", { name: "Resolve INC-13?" }).waitFor();
    await page.keyboard.press("Enter");
    await waitUntil("it is resolved", showTimeoutMs, () => desk.find(13).state === "resolved");
  });

  test("of two people who acknowledge, the second is told who was faster", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, `${desk.address}/incidents/13`);
    await seeText(opened.page, "nobody yet");
    desk.change(13, { state: "acknowledged", acknowledgedBy: "Noor Haddad", acknowledgedAtMs: Date.now() });
    await opened.page.keyboard.press("a");
    await seeText(opened.page, "Noor Haddad was faster: acknowledged INC-13");
    await seeText(opened.page, "Owner");
    await waitUntil(
      "the page shows the owner",
      showTimeoutMs,
      async () => (await opened.page.locator(".facts").textContent())?.includes("Noor Haddad") === true,
    );
  });

  test("the verdict, the open incidents and the title follow the stream", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, desk.address);
    const { page } = opened;
    await page.getByRole("heading", { name: "1 of 50 redirects fails; link creation works" }).waitFor();
    expect(await page.title()).toStartWith("(1)");
    desk.burn(false);
    await page.getByRole("heading", { name: "All well" }).waitFor();
    await seeText(page, "None. One opens by itself when an alert fires.");
    expect(await page.title()).toBe("SREnity desk");
    desk.burn(true);
    await seeText(page, "New incident: INC-13 Redirect error budget burning");
  });

  test(
    "a stream that drops is said in a banner with the age of the last word, until it is back",
    async () => {
      await using desk = startStandInDesk(pages);
      await using opened = await openPage(browser, desk.address);
      await seeText(opened.page, "live");
      desk.cut(true);
      await opened.page.getByText(/the last word from the desk came \d+ s ago/).waitFor({ timeout: streamTimeoutMs });
      desk.cut(false);
      await waitUntil("the banner is gone", streamTimeoutMs, async () => (await opened.page.locator(".banner").count()) === 0);
    },
    startTimeoutMs,
  );
});
