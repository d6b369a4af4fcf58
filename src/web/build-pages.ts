import { basename, join } from "node:path";
import tailwind from "bun-plugin-tailwind";
import type { BuiltPages, PagesName } from "./built-pages.ts";

const titles: Readonly<Record<PagesName, string>> = { desk: "SREnity desk" };
const assetFolder = "/assets/";

/** Bundles one family of pages: scripts, style sheet, icon and the document that names them. @throws AggregateError of the bundler */
export async function buildPages(name: PagesName): Promise<BuiltPages> {
  const folder = join(import.meta.dir, name);
  const parts = join(import.meta.dir, "parts");
  const { outputs } = await Bun.build({
    entrypoints: [join(folder, "main.tsx"), join(parts, "first-theme.ts"), join(folder, "style.css"), join(parts, "icon.svg")],
    target: "browser",
    format: "esm",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".svg": "file" },
    naming: { entry: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]" },
    publicPath: assetFolder,
    plugins: [tailwind],
  });
  const files = await Promise.all(
    outputs
      .filter(({ path }) => !/icon-[^.]*\.js$/.test(path))
      .map(async (output) => ({ path: `${assetFolder}${basename(output.path)}`, type: typeOf(output.path), text: await output.text() })),
  );
  return { html: writeDocument(name, (start) => pathOf(files, start)), files };
}

/** The theme is set by a script that runs before the first paint; all others wait for the document. */
function writeDocument(name: PagesName, path: (start: string) => string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${titles[name]}</title>
<link rel="icon" type="image/svg+xml" href="${path("icon")}">
<link rel="stylesheet" href="${path("style")}">
<script src="${path("first-theme")}"></script>
<script type="module" src="${path("main")}"></script>
</head>
<body>
<div id="page"><noscript><p>These pages need JavaScript. The public status page at <a href="/status">/status</a> does not.</p></noscript></div>
</body>
</html>
`;
}

function pathOf(files: BuiltPages["files"], start: string): string {
  const found = files.find(({ path }) => path.startsWith(`${assetFolder}${start}-`));
  if (found === undefined) throw new Error(`the bundler wrote no ${start}`);
  return found.path;
}

function typeOf(path: string): string {
  if (path.endsWith(".css")) return "text/css; charset=utf-8";
  return path.endsWith(".svg") ? "image/svg+xml" : "text/javascript; charset=utf-8";
}

if (import.meta.main) process.stdout.write(JSON.stringify(await buildPages(process.argv[2] as PagesName)));
