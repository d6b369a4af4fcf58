import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { startTraffic } from "../src/desk/drill/traffic.ts";
import { freePorts } from "../tests/harness/free-ports.ts";
import { lockStore } from "../tests/harness/lock-store.ts";
import { startRunningService } from "../tests/harness/running-service.ts";
import { send } from "../tests/harness/send.ts";
import { waitUntil } from "../tests/harness/wait-until.ts";
import { ensureSystem } from "./system.ts";

/** Pages of the running product; those that documents show are kept in docs/images, the others are for looking at. */
const linkPages = [
  { name: "reference", path: "/docs" },
  { name: "errors", path: "/docs/errors" },
  { name: "front", path: "/" },
  { name: "missing-link", path: "/nowhere" },
];
const deskPages = [
  { name: "desk-now", path: "/?range=15m" },
  { name: "desk-incident", path: "/incidents/1" },
  { name: "desk-incidents", path: "/incidents" },
  { name: "desk-alerts", path: "/alerts" },
  { name: "desk-logs", path: "/logs" },
  { name: "desk-objectives", path: "/objectives" },
  { name: "desk-runbook", path: "/runbooks/HighErrorRate" },
  { name: "desk-postmortem", path: "/postmortems/1" },
  { name: "desk-targets", path: "/targets" },
  { name: "desk-settings", path: "/settings" },
  { name: "desk-status", path: "/status" },
];
const kept = ["reference", "desk-now", "desk-incident"];
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
/** Longest that one page may take to show, and how long it may settle, in milliseconds. */
const pageTimeoutMs = 15_000;
const settleMs = 1_500;
/** Healthy traffic before the fault, and longest wait for the incident, in milliseconds. */
const healthyMs = 60_000;
const incidentTimeoutMs = 60_000;
const requestsPerSecond = 30;

/** Takes pages in both themes and both widths into a folder; says when the browser complained. */
async function takePictures(browser: Browser, { address, pages, folder }: { address: string; pages: typeof linkPages; folder: string }): Promise<string[]> {
  const complaints: string[] = [];
  for (const size of sizes) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport: size, colorScheme });
      const page = await context.newPage();
      page.setDefaultTimeout(pageTimeoutMs);
      page.on("console", (message) => void (message.type() === "error" && !message.text().includes("404") && complaints.push(message.text())));
      for (const { name, path } of pages) {
        await page.goto(`${address}${path}`);
        await page.waitForTimeout(settleMs);
        await page.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`) });
      }
      await context.close();
    }
  }
  return complaints;
}

/** The product with traffic and, after a healthy while, a store that another process has locked: a real incident to look at. */
async function takeAll(browser: Browser, folder: string, dataFolder: string): Promise<string[]> {
  const [port = 0, deskPort = 0] = await freePorts(2);
  const settings = { PORT: String(port), DESK_PORT: String(deskPort), WATCH_SPEED: "60", LOG_LEVEL: "info" };
  await using product = await startRunningService({ folder: dataFolder, settings, command: "up" });
  const desk = `http://127.0.0.1:${deskPort}`;
  const traffic = startTraffic({ address: product.address, requestsPerSecond, random: Math.random });
  try {
    console.log(`Healthy traffic for ${healthyMs / 1000} s …`);
    await Bun.sleep(healthyMs);
    using faults = new DisposableStack();
    faults.use(lockStore(dataFolder));
    console.log("The store is locked; waiting for the incident …");
    const isPaged = async (): Promise<boolean> =>
      (await send(`${desk}/api/incidents`, "GET")).json.incidents.some((incident: { severity: string }) => incident.severity === "page");
    await waitUntil("the incident opens", incidentTimeoutMs, isPaged);
    await send(`${desk}/api/incidents/1/acknowledge`, "POST", { body: {} });
    await send(`${desk}/api/incidents/1/notes`, "POST", { body: { text: "Another process holds the write lock; ending it." } });
    const ofDesk = await takePictures(browser, { address: desk, pages: deskPages, folder });
    return [...ofDesk, ...(await takePictures(browser, { address: product.address, pages: linkPages, folder }))];
  } finally {
    await traffic.stop();
  }
}

const { missing } = await ensureSystem(["chromium"]);
if (missing.length > 0) throw new Error("Chromium is needed for the pictures: install it, or run this as root on Debian.");
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "srenity-pictures-"));
const dataFolder = mkdtempSync(join(tmpdir(), "srenity-pictured-"));
mkdirSync(folder, { recursive: true });
const flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...flags, "--hide-scrollbars"] });
try {
  const complaints = await takeAll(browser, folder, dataFolder);
  mkdirSync("docs/images", { recursive: true });
  for (const name of kept) await Bun.write(`docs/images/${name}.png`, Bun.file(join(folder, `${name}-1440-light.png`)));
  console.log(`Pictures are in ${folder}; those that documents show are in docs/images/.`);
  for (const complaint of complaints) console.error(`The browser says: ${complaint}`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  rmSync(dataFolder, { recursive: true, force: true });
  if (process.argv[2] === undefined) rmSync(folder, { recursive: true, force: true });
}
