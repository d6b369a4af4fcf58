import type { Browser, Page } from "playwright-core";

/** Longest that anything on a page may take, in milliseconds. */
const pageTimeoutMs = 10_000;

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What the browser complained about: errors of scripts and of the console, and what the content security policy refused. */
  readonly complaints: string[];
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** Runs before every script of the page. */
  readonly before?: string;
}

/** Opens a page as a new visitor would see it. */
export async function openPage(browser: Browser, address: string, { width = 1440, height = 900, colorScheme = "light", before }: Look = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(pageTimeoutMs);
  const complaints: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  page.on("pageerror", (error) => void complaints.push(error.message));
  await page.addInitScript('addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))');
  if (before !== undefined) await page.addInitScript(before);
  await page.goto(address);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}
