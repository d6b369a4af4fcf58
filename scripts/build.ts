import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { embedPages } from "./embed-pages.ts";

const root = join(import.meta.dir, "..");
const executable = resolve(process.argv[2] ?? join(root, "dist", "srenity"));

/** The program and everything that it starts with `new Worker(new URL("./NAME.worker.ts", import.meta.url))`. */
function findEntryPoints(): string[] {
  const workers = [...new Bun.Glob("src/**/*.worker.ts").scanSync(root)].toSorted();
  const names = workers.map((path) => path.split("/").at(-1));
  if (new Set(names).size < names.length) throw new Error(`Two workers share a file name: ${workers.join(", ")}`);
  return ["src/main.ts", ...workers].map((path) => join(root, path));
}

/** Inside the executable all modules share one folder, so workers must lie flat in it too: hence `naming`. */
async function build(): Promise<void> {
  const entrypoints = findEntryPoints();
  const missing = entrypoints.find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`${missing} does not exist`);
  mkdirSync(dirname(executable), { recursive: true });
  await Bun.build({
    entrypoints,
    compile: { outfile: executable },
    naming: { entry: "[name].[ext]" },
    target: "bun",
    minify: true,
    sourcemap: "none",
    plugins: [await embedPages()],
  });
}

const startedMs = performance.now();
await build();
const megabytes = (statSync(executable).size / 1_000_000).toFixed(1);
console.log(`${relative(process.cwd(), executable)}: ${megabytes} MB in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
