import { DCLinter } from "dclint";
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { composeFolder } from "./compose-file.ts";
import { projectRoot } from "./source-file.ts";

/** Rules of taste, and one that holds an image that is built and named for a mistake. */
const unwanted = [
  "no-build-and-image",
  "require-quotes-in-ports",
  "service-keys-order",
  "services-alphabetical-order",
  "service-dependencies-alphabetical-order",
  "service-ports-alphabetical-order",
  "top-level-properties-order",
];
const path = join(projectRoot, composeFolder, "compose.yaml");

/** What the linter, which holds the schema of the Compose Specification, says about a file. */
function lint(file: string): string[] {
  const rules = Object.fromEntries(unwanted.map((name) => [name, 0 as const]));
  const linter = new DCLinter({ rules, quiet: true, debug: false, exclude: [] });
  return linter.lintFiles([file], false).flatMap(({ messages }) => messages.map(({ rule, message }) => `${rule}: ${message}`));
}

test("compose.yaml keeps to the Compose Specification and to the linter's rules", () => {
  expect(lint(path)).toEqual([]);
});

test.each([
  ["an unknown key", "stop_grace_period:", "stop_grace_perod:", "invalid-schema"],
  ["a port for everyone", "127.0.0.1:9090:9090", "9090:9090", "no-unbound-port-interfaces"],
  ["an image without a version", "prom/prometheus:v3.5.0", "prom/prometheus", "service-image-require-explicit-tag"],
])("the linter finds %s", (_what, right, wrong, rule) => {
  using folder = temporaryFolder();
  const planted = join(folder.path, "compose.yaml");
  const text = readFileSync(path, "utf8");
  expect(text).toContain(right);
  writeFileSync(planted, text.replace(right, wrong));
  expect(lint(planted).some((fault) => fault.startsWith(rule))).toBe(true);
});
