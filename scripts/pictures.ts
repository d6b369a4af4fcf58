import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { startService } from "../tests/harness/start-service.ts";
import { ensureSystem } from "./system.ts";

/** Pages of a running service; those the README shows are kept in docs/images, the others are for looking at. */
const pages = [
  { name: "reference", path: "/docs" },
  { name: "errors", path: "/docs/errors" },
  { name: "front", path: "/" },
  { name: "missing-link", path: "/nowhere" },
];
const kept = "reference-1440-light.png";
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
/** Longest that one page may take to show, in milliseconds. */
const pageTimeoutMs = 15_000;

/** Takes every page in both themes and both widths into a folder; says when the browser complained. */
async function takePictures(browser: Browser, address: string, folder: string): Promise<string[]> {
  const complaints: string[] = [];
  for (const size of sizes) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport: size, colorScheme });
      const page = await context.newPage();
      page.setDefaultTimeout(pageTimeoutMs);
      page.on("console", (message) => void (message.type() === "error" && !message.text().includes("404") && complaints.push(message.text())));
      for (const { name, path } of pages) {
        await page.goto(`${address}${path}`);
        await page.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`) });
      }
      await context.close();
    }
  }
  return complaints;
}

const { missing } = await ensureSystem(["chromium"]);
if (missing.length > 0) throw new Error("Chromium is needed for the pictures: install it, or run this as root on Debian.");
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "srenity-pictures-"));
mkdirSync(folder, { recursive: true });
const service = await startService({ PORT: "8080", LOG_LEVEL: "warn" });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
  ],
});
try {
  const complaints = await takePictures(browser, service.address, folder);
  mkdirSync("docs/images", { recursive: true });
  await Bun.write("docs/images/reference.png", Bun.file(join(folder, kept)));
  console.log(`Pictures are in ${folder}; the README's is in docs/images/.`);
  for (const complaint of complaints) console.error(`The browser says: ${complaint}`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  await service.stop();
  if (process.argv[2] === undefined) rmSync(folder, { recursive: true, force: true });
}
