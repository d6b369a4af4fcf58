import type { BunPlugin } from "bun";
import { buildPages } from "../src/web/build-pages.ts";
import type { BuiltPages, PagesName } from "../src/web/built-pages.ts";

/** Puts the built pages into an executable: the module that is empty in the sources holds them there. */
export async function embedPages(): Promise<BunPlugin> {
  const pages: Record<PagesName, BuiltPages> = { desk: await buildPages("desk") };
  return {
    name: "embed-pages",
    setup(build) {
      build.onLoad({ filter: /\/src\/web\/embedded-pages\.ts$/ }, () => ({ contents: `export const embeddedPages = ${JSON.stringify(pages)};`, loader: "js" }));
    },
  };
}
