import type { BuiltPages, PagesName } from "./built-pages.ts";

/** Empty when run from source; `scripts/build.ts` replaces this file by one that holds the built pages. */
export const embeddedPages: Partial<Readonly<Record<PagesName, BuiltPages>>> = {};
