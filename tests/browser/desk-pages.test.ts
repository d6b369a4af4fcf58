import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { loadPages, type Pages } from "../../src/web/load-pages.ts";
import { findAxeFaults } from "./find-axe-faults.ts";
import { openBrowser } from "./open-browser.ts";
import { openPage } from "./open-page.ts";
import { seeText } from "./see-text.ts";
import { settlePage } from "./settle-page.ts";
import { startStandInDesk } from "./stand-in-desk.ts";

/** Longest that the browser may take to start and the pages to be built, in milliseconds. */
const startTimeoutMs = 60_000;
/** Longest that a test over all pages may run, in milliseconds. */
const allPagesTimeoutMs = 120_000;
/** Most that all scripts of the pages may weigh, compressed, in bytes. */
const scriptBytesMost = 100_000;

const paths = [
  "/",
  "/incidents",
  "/incidents/13",
  "/incidents/11",
  "/alerts",
  "/logs",
  "/logs?live=1",
  "/objectives",
  "/runbooks",
  "/runbooks/RedirectErrorBudgetBurn",
  "/postmortems",
  "/postmortems/11",
  "/drills",
  "/targets",
  "/settings",
  "/nowhere",
];

let browser: Browser;
let pages: Pages;
beforeAll(async () => {
  [browser, pages] = await Promise.all([openBrowser(), loadPages("desk")]);
}, startTimeoutMs);
afterAll(() => browser.close());

describe("every page of the desk", () => {
  test.each(["light", "dark"] as const)(
    "renders in the %s theme without a complaint of the browser, its policy or axe",
    async (colorScheme) => {
      await using desk = startStandInDesk(pages);
      await using opened = await openPage(browser, desk.address, { colorScheme });
      for (const path of paths) {
        await opened.page.goto(`${desk.address}${path}`);
        await settlePage(opened.page);
        expect({ path, faults: await findAxeFaults(opened.page), complaints: opened.complaints }).toEqual({ path, faults: [], complaints: [] });
      }
    },
    allPagesTimeoutMs,
  );

  test(
    "fits a phone: nothing scrolls sideways, and axe finds nothing",
    async () => {
      await using desk = startStandInDesk(pages);
      await using opened = await openPage(browser, desk.address, { width: 390, height: 844 });
      for (const path of paths) {
        await opened.page.goto(`${desk.address}${path}`);
        await settlePage(opened.page);
        const isWider = await opened.page.evaluate("document.documentElement.scrollWidth > innerWidth");
        expect({ path, isWider, faults: await findAxeFaults(opened.page) }).toEqual({ path, isWider: false, faults: [] });
      }
    },
    allPagesTimeoutMs,
  );

  test(
    "says what will appear when there is nothing yet, and what failed when there is no answer",
    async () => {
      await using desk = startStandInDesk(pages);
      desk.empty(true);
      await using opened = await openPage(browser, desk.address);
      for (const path of ["/incidents", "/alerts", "/logs", "/objectives", "/runbooks", "/postmortems", "/targets", "/settings"]) {
        await opened.page.goto(`${desk.address}${path}`);
        await settlePage(opened.page);
        expect({ path, empty: (await opened.page.locator(".empty").count()) > 0 }).toEqual({ path, empty: true });
      }
      desk.fail("/api/alerts");
      await opened.page.goto(`${desk.address}/alerts`);
      await seeText(opened.page, "The rules could not be loaded");
      await seeText(opened.page, "The desk's store is locked.");
      expect(await opened.page.locator(".skeleton").count()).toBe(0);
      desk.fail(null);
      desk.empty(false);
      await opened.page.getByRole("button", { name: "Try again" }).first().click();
      await seeText(opened.page, "RedirectErrorBudgetBurn");
    },
    allPagesTimeoutMs,
  );

  test("weighs at most 100 kB of script, compressed, with nothing inline", () => {
    const scripts = [...pages.files].filter(([path]) => path.endsWith(".js"));
    const bytes = scripts.reduce((sum, [, { body }]) => sum + gzipSync(body).length, 0);
    expect(bytes).toBeLessThan(scriptBytesMost);
    expect(Buffer.from(pages.html.body).toString()).not.toMatch(/<script[^>]*>[^<]|<style|style=/);
  });
});
