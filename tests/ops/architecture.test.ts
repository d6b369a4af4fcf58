import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findForbiddenImports, readImportTable } from "./find-forbidden-imports.ts";
import { projectRoot, readSourceFiles } from "./source-file.ts";

const table = readImportTable(readFileSync(join(projectRoot, "ARCHITECTURE.md"), "utf8"));
const product = readSourceFiles("src/**/*.{ts,tsx}").filter(({ path }) => !/\.(test|contract|d)\.tsx?$/.test(path));

/** What the check says about one planted file. */
const plant = (path: string, text: string): string[] => findForbiddenImports([{ path, text }], table);

describe("the import table of ARCHITECTURE.md", () => {
  test("is kept by every file of src/", () => {
    expect(product.length).toBeGreaterThan(2);
    expect(findForbiddenImports(product, table)).toEqual([]);
  });

  test("keeps links and desk apart, and both away from http and from any store's inside", () => {
    for (const room of ["links", "desk", "alerting", "telemetry"]) {
      for (const other of ["http", "storage/sqlite", "commands"]) expect(table.get(room)?.has(other)).toBe(false);
    }
    expect(table.get("links")?.has("desk")).toBe(false);
    expect(table.get("desk")?.has("links")).toBe(false);
  });
});

describe("the check finds a planted", () => {
  test("import of a room that is not allowed, in every way of writing it", () => {
    const path = "src/links/planted.ts";
    const fault = [`${path}:1 links may not import http`];
    expect(plant(path, `import { reply } from "../http/reply.ts";`)).toEqual(fault);
    expect(plant(path, `import type { Reply } from "../http/reply.ts";`)).toEqual(fault);
    expect(plant(path, `export { reply } from "../http/reply.ts";`)).toEqual(fault);
    expect(plant(path, `export * from "../http/reply.ts";`)).toEqual(fault);
    expect(plant(path, `const { reply } = await import("../http/reply.ts");`)).toEqual(fault);
    expect(plant(path, `type Reply = import("../http/reply.ts").Reply;`)).toEqual(fault);
    expect(plant(path, `new Worker(new URL("../http/reply.ts", import.meta.url));`)).toEqual(fault);
  });

  test("value import where only types are allowed", () => {
    expect(plant("src/web/planted.ts", `import { Link } from "../storage/store.ts";`)).toEqual(["src/web/planted.ts:1 web may import only types of storage"]);
    expect(plant("src/web/planted.ts", `import type { Link } from "../storage/store.ts";\nimport { type Page } from "../storage/store.ts";`)).toEqual([]);
  });

  test("use of bun:sqlite outside storage/sqlite", () => {
    expect(plant("src/storage/planted.ts", `import { Database } from "bun:sqlite";`)).toHaveLength(1);
    expect(plant("src/storage/sqlite/planted.ts", `import { Database } from "bun:sqlite";`)).toEqual([]);
  });

  test("read of the environment outside config.ts", () => {
    expect(plant("src/links/planted.ts", `const port = process.env["PORT"] ?? Bun.env.PORT;`)).toHaveLength(2);
    expect(plant("src/config.ts", `const port = process.env["PORT"];`)).toEqual([]);
  });

  test("room that the table does not list", () => {
    expect(plant("src/attic/planted.ts", `export const box = 1;`)).toHaveLength(1);
  });
});
