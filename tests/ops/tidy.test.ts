import { describe, expect, test } from "bun:test";
import { findMachinePaths, findUntidiness } from "./find-untidiness.ts";
import { readSourceFiles } from "./source-file.ts";

const sources = readSourceFiles("{src,tests,scripts,bench}/**/*.{ts,tsx,mjs}").filter(({ path }) => !path.endsWith(".d.ts"));
const texts = readSourceFiles("*.{md,json}", "{docs,bench,ops,.ci}/**/*.{md,json,yml,yaml,lua}", ".ci/run").filter(({ path }) => path !== "package-lock.json");

/** What the check says about one planted file, without its path. */
const plant = (text: string, path = "src/links/planted.ts"): string[] => findUntidiness({ path, text }).map((fault) => fault.replace(path, "").trim());

describe("every source file", () => {
  test("keeps to the sizes, names and constructs of CONTRIBUTING.md", () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap(findUntidiness)).toEqual([]);
  });

  test("and every document names no folder of one machine", () => {
    expect(texts.flatMap(findMachinePaths)).toEqual([]);
  });
});

describe("the check finds a planted", () => {
  test("file of more than 300 lines, and function of more than 60", () => {
    expect(plant("let n = 0;\n".repeat(301))).toEqual([":1 the file has 301 lines, 300 are allowed"]);
    expect(plant("let n = 0;\n".repeat(300))).toEqual([]);
    const body = "  n += 1;\n".repeat(59);
    expect(plant(`let n = 0;\nexport function grow() {\n${body}}\n`)).toEqual([":2 a function has 61 lines, 60 are allowed"]);
    expect(plant(`let n = 0;\nexport const grow = () => {\n${body}};\n`)).toHaveLength(1);
  });

  test("long test, but not a long group of tests", () => {
    const body = "  n += 1;\n".repeat(61);
    const path = "src/links/planted.test.ts";
    expect(plant(`test("grows", () => {\n${body}});`, path)).toHaveLength(1);
    const group = `  test("grows", () => {});\n  test.each([1])("grows by %d", () => {});\n`.repeat(31);
    expect(plant(`describe("growth", () => {\n${group}});`, path)).toEqual([]);
  });

  test("long callback, but not a maker of many small functions", () => {
    const step = "    n += 1;\n".repeat(20);
    expect(plant(`export function grow() {\n  list.forEach(() => {\n${step}${step}${step}  });\n}`)).toHaveLength(2);
    const small = (name: string): string => `  function ${name}() {\n${step}  }\n`;
    expect(plant(`export function createPlant() {\n${["a", "b", "c", "d"].map(small).join("")}  return { a, b, c, d };\n}`)).toEqual([]);
    expect(
      plant(`export function createPlant() {\n  return {\n${["a", "b", "c", "d"].map((name) => `    ${name}() {\n${step}    },\n`).join("")}  };\n}`),
    ).toEqual([]);
  });

  test("fifth parameter", () => {
    expect(plant("export const add = (a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e;")).toHaveLength(1);
    expect(plant("export const add = (a: number, b: number, c: number, d: number) => a + b + c + d;")).toEqual([]);
  });

  test("empty name of a file, a folder, a variable, a function, a class or a parameter", () => {
    expect(plant("", "src/links/link-utils.ts")).toHaveLength(1);
    expect(plant("", "src/common/link.ts")).toHaveLength(1);
    expect(plant("", "src/links/linkCache.ts")).toHaveLength(1);
    expect(plant("const data = 1;")).toHaveLength(1);
    expect(plant("export function helper() {}")).toHaveLength(1);
    expect(plant("export class LinkManager {}")).toHaveLength(1);
    expect(plant("export const open = (info: string) => info;")).toHaveLength(1);
    expect(plant("worker.onmessage = ({ data }) => log.info(data);")).toEqual([]);
  });

  test("comment about unfinished work, or of more than three lines", () => {
    const word = ["TO", "DO"].join("");
    expect(plant(`// ${word}: later\nlet n = 0;`)).toHaveLength(1);
    expect(plant("// a\n// b\n// c\n// d\nlet n = 0;")).toHaveLength(1);
    expect(plant("// a\n// b\n// c\nlet n = 0;")).toEqual([]);
  });

  test("default export, enum or barrel", () => {
    expect(plant("export default 1;")).toHaveLength(1);
    expect(plant("export enum Color { Red }")).toHaveLength(1);
    expect(plant(`export * from "./codes.ts";\nexport const n = 1;`)).toHaveLength(1);
    expect(plant(`export { a } from "./a.ts";\nexport { b } from "./b.ts";`)).toHaveLength(1);
  });

  test("test that is left out", () => {
    for (const word of ["only", "skip", "todo"]) {
      expect(plant(`test.${word}("guarantee", () => {});`, "src/planted.test.ts")).toHaveLength(1);
      expect(plant(`describe.${word}("guarantees", () => {});`, "src/planted.test.ts")).toHaveLength(1);
    }
  });

  test("folder of one machine", () => {
    const path = ["", "home", "someone", "srenity"].join("/");
    expect(plant(`const folder = "${path}";`)).toHaveLength(1);
    expect(findMachinePaths({ path: "README.md", text: `cd ${path}` })).toHaveLength(1);
    expect(findMachinePaths({ path: "README.md", text: "see https://example.org/home/page" })).toEqual([]);
  });
});
