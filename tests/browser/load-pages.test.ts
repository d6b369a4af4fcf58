import { expect, test } from "bun:test";
import { join } from "node:path";
import { embedPages } from "../../scripts/embed-pages.ts";
import { loadPages } from "../../src/web/load-pages.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

const compileTimeoutMs = 120_000;
const source = join(import.meta.dir, "..", "..", "src", "web", "load-pages.ts");

test("run from source, the document names only files that are there, and each may be kept for ever", async () => {
  const { html, files } = await loadPages("desk");
  const named = [
    ...Buffer.from(html.body)
      .toString()
      .matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g),
  ].map(([, path]) => path);
  expect(named).toHaveLength(4);
  expect(named.filter((path) => !files.has(path ?? ""))).toEqual([]);
  expect([...files.values()].map(({ headers }) => headers["Cache-Control"])).toEqual(
    Array.from({ length: files.size }, () => "public, max-age=31536000, immutable"),
  );
  expect(html.headers["Content-Security-Policy"]).toContain("script-src 'self'; style-src 'self'");
  expect(html.headers["Content-Security-Policy"]).not.toContain("unsafe");
});

test(
  "an executable has the same pages inside, and needs no sources for them",
  async () => {
    using folder = temporaryFolder();
    const [entry, executable] = [join(folder.path, "entry.ts"), join(folder.path, "pages")];
    await Bun.write(
      entry,
      `import { loadPages } from ${JSON.stringify(source)};\nconst { files } = await loadPages("desk");\nconsole.log([...files.keys()].join());`,
    );
    await Bun.build({ entrypoints: [entry], compile: { outfile: executable }, target: "bun", plugins: [await embedPages()] });
    const run = Bun.spawnSync([executable], { cwd: folder.path, env: { PATH: "" }, timeout: compileTimeoutMs });
    const { files } = await loadPages("desk");
    expect({ output: run.stdout.toString().trim(), faults: run.stderr.toString() }).toEqual({ output: [...files.keys()].join(), faults: "" });
  },
  compileTimeoutMs,
);
