import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { loadPages, type Pages } from "../../src/web/load-pages.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { findAxeFaults } from "./find-axe-faults.ts";
import { openBrowser } from "./open-browser.ts";
import { openPage } from "./open-page.ts";
import { startStandInDesk } from "./stand-in-desk.ts";

/** Longest that the browser may take to start and the pages to be built, in milliseconds. */
const startTimeoutMs = 60_000;
/** Longest that something on a page may take to show, in milliseconds. */
const showTimeoutMs = 10_000;
/** A frame, in milliseconds. */
const frameMs = 1_000 / 60;

let browser: Browser;
let pages: Pages;
beforeAll(async () => {
  [browser, pages] = await Promise.all([openBrowser(), loadPages("desk")]);
}, startTimeoutMs);
afterAll(() => browser.close());

describe("charts", () => {
  test("zoom together, keep the zoom in the address, and leave it again", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, desk.address);
    const { page } = opened;
    const spans = (): Promise<string[]> =>
      page
        .locator(".chart [role=img]")
        .evaluateAll((charts) => charts.map((chart) => /, (.* to .*?)\./.exec(chart.getAttribute("aria-label") ?? "")?.[1] ?? ""));
    await waitUntil("four charts are there", showTimeoutMs, async () => (await spans()).length === 4);
    const [before] = await spans();
    const box = await page.locator(".chart .u-over").first().boundingBox();
    if (box === null) throw new Error("the first chart has no place");
    await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await waitUntil("all charts show another, equal span", showTimeoutMs, async () => new Set(await spans()).size === 1 && (await spans())[0] !== before);
    const query = new URL(page.url()).searchParams;
    const zoomedMs = Number(query.get("to")) - Number(query.get("from"));
    expect(Math.abs(zoomedMs - 1_800_000)).toBeLessThan(60_000);
    const zoomed = await spans();
    await page.reload();
    await waitUntil("the address alone brings the same span", showTimeoutMs, async () => (await spans()).length === 4 && (await spans())[3] === zoomed[3]);
    await page.getByRole("button", { name: "Leave the zoom" }).click();
    await waitUntil("the hour is back", showTimeoutMs, async () => new Set(await spans()).size === 1 && (await spans())[0] !== zoomed[0]);
  });

  test("share one crosshair, and say the time under it in the viewer's zone and in UTC", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, desk.address);
    const { page } = opened;
    await page.locator(".chart .u-over").nth(3).waitFor();
    await page.locator(".chart .u-over").first().hover();
    const feet = (): Promise<string[]> => page.locator(".chart-foot").allTextContents();
    await waitUntil(
      "all charts name the same time",
      showTimeoutMs,
      async () => new Set(await feet()).size === 1 && (await feet())[0]?.endsWith("UTC") === true,
    );
  });

  test("turn grey and say how old their data are when nothing new is measured", async () => {
    await using desk = startStandInDesk(pages);
    desk.stopMeasuring(Date.now() - 60_000);
    await using opened = await openPage(browser, desk.address);
    await opened.page
      .getByText(/Newest point 1 min ago/)
      .first()
      .waitFor();
    expect(await opened.page.locator(".panel-stale").count()).toBe(4);
  });

  test("tell their points as a table too", async () => {
    await using desk = startStandInDesk(pages);
    await using opened = await openPage(browser, desk.address);
    await opened.page.getByRole("button", { name: "Latency as a table" }).click();
    const table = opened.page.getByRole("table", { name: "Latency in ms" });
    await table.waitFor();
    expect(await table.getByRole("row").count()).toBeGreaterThan(30);
    expect(await findAxeFaults(opened.page)).toEqual([]);
  });

  test("draw more than a thousand points within a frame", async () => {
    await using desk = startStandInDesk(pages);
    // A drawing begins with the canvas being cleared, and ends with the last thing put on it before the script rests.
    const before = `
      const proto = CanvasRenderingContext2D.prototype;
      globalThis.drawings = [];
      let open = null;
      const { clearRect } = proto;
      proto.clearRect = function (...area) {
        const drawing = { startMs: performance.now(), endMs: 0 };
        open = drawing;
        return clearRect.apply(this, area);
      };
      for (const name of ["stroke", "fillText", "restore"]) {
        const own = proto[name];
        proto[name] = function (...words) {
          own.apply(this, words);
          if (open !== null) { if (open.endMs === 0) globalThis.drawings.push(open); open.endMs = performance.now(); }
        };
      }`;
    await using opened = await openPage(browser, `${desk.address}/?range=6h`, { before });
    await waitUntil("each chart is drawn some times", showTimeoutMs, async () => (await opened.page.evaluate<number>("drawings.length")) >= 8).catch(
      () => null,
    );
    const durations = await opened.page.evaluate<number[]>("drawings.map(({ startMs, endMs }) => endMs - startMs)");
    expect(durations.length).toBeGreaterThanOrEqual(4);
    // The quickest of them: what a drawing costs when nothing else takes the processor meanwhile.
    expect(Math.min(...durations)).toBeLessThan(frameMs);
  });
});
