import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BuiltPages, PagesName } from "./built-pages.ts";
import { embeddedPages } from "./embedded-pages.ts";

/** Longest that the bundler may take, in milliseconds; it takes 1.5 s on two quiet cores. */
const buildTimeoutMs = 60_000;

const root = join(import.meta.dir, "..", "..");
const cacheFolder = join(root, "node_modules", ".cache", "srenity-pages");

/** Nothing but our own scripts, styles and API; pictures may also be inside of a page, as those of a post-mortem are. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  /** The same, compressed for browsers that accept it. */
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Pages {
  /** The one document, for every path that is a page. */
  readonly html: PageFile;
  /** By path, which begins with `/assets/`. */
  readonly files: ReadonlyMap<string, PageFile>;
}

/**
 * One family of pages, ready to be served: out of the executable, or built from source in a process of its own, once for every change.
 *
 * @throws Error when the bundler fails or takes longer than a minute
 */
export async function loadPages(name: PagesName): Promise<Pages> {
  const { html, files } = embeddedPages[name] ?? readCached(name) ?? (await build(name));
  return {
    html: fileOf(html, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": contentSecurityPolicy,
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "Cache-Control": "no-cache",
    }),
    files: new Map(
      files.map(({ path, type, text }) => [
        path,
        fileOf(text, { "Content-Type": type, "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable" }),
      ]),
    ),
  };
}

function fileOf(text: string, headers: Readonly<Record<string, string>>): PageFile {
  const body = Buffer.from(text);
  return { body, gzip: gzipSync(body), headers };
}

function cacheFile(name: PagesName): string {
  const hash = new Bun.CryptoHasher("sha256");
  const sources = [...new Bun.Glob("src/web/**/*").scanSync({ cwd: root, onlyFiles: true })].toSorted();
  for (const path of [...sources, "package-lock.json"]) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return join(cacheFolder, `${name}-${hash.digest("hex").slice(0, 16)}.json`);
}

function readCached(name: PagesName): BuiltPages | null {
  try {
    return JSON.parse(readFileSync(cacheFile(name), "utf8")) as BuiltPages;
  } catch {
    return null;
  }
}

/** In a process of its own, so that the memory of the bundler is not ours for ever. */
async function build(name: PagesName): Promise<BuiltPages> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "build-pages.ts"), name], {
    cwd: root,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: buildTimeoutMs,
    killSignal: "SIGKILL",
  });
  const [output, faults, exitCode] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  if (exitCode !== 0) throw new Error(`the pages could not be built: ${faults.trim() || `exit code ${exitCode}`}`);
  keep(name, output);
  return JSON.parse(output) as BuiltPages;
}

/** Where nothing can be kept, as in a folder that is read only, every start builds. */
function keep(name: PagesName, output: string): void {
  try {
    const path = cacheFile(name);
    mkdirSync(cacheFolder, { recursive: true });
    for (const old of readdirSync(cacheFolder)) if (old.startsWith(`${name}-`)) rmSync(join(cacheFolder, old), { force: true });
    writeFileSync(`${path}.${process.pid}`, output);
    renameSync(`${path}.${process.pid}`, path);
  } catch {}
}
