import { posix } from "node:path";
import type { SourceFile } from "./source-file.ts";

/** What really exists, for documents to be held against. */
export interface ProjectFacts {
  /** Files of the project, by path from the root. */
  files: readonly SourceFile[];
  npmScripts: ReadonlySet<string>;
  commands: ReadonlySet<string>;
  settings: ReadonlySet<string>;
  failureCodes: ReadonlySet<string>;
  metrics: ReadonlySet<string>;
}

/** The pieces of a document that are code: inline spans, and the lines of fenced blocks. */
interface CodePieces {
  spans: string[];
  lines: string[];
  prose: string;
}

/** Names in capitals that documents use and that are not settings of ours. */
const foreignNames = /^(SQLITE_(BUSY|FULL|CORRUPT|IOERR|READONLY)|EX_CONFIG|DEBIAN_FRONTEND|NODE_ENV)$/;
/** Folders that exist only after a build or a start. */
const madeLater = /^(\.\/)?(dist|data|node_modules)(\/|$)/;
const topFolder = /^(src|tests|docs|bench|scripts|ops|chaos|\.ci)(\/|$)/;
const fileToken = /^[\w.@-]+(\/[\w.@-]+)*\.(tsx?|mjs|md|json|lua|sh|ya?ml)$/;
/** npm's own words, which need no entry in package.json. */
const npmWords = new Set(["ci", "install", "run"]);

function splitCode(text: string): CodePieces {
  const lines: string[] = [];
  const withoutBlocks = text.replaceAll(/^ *```[^\n]*\n([\s\S]*?)^ *```/gm, (_block, inner: string) => {
    lines.push(...inner.split("\n").map((line) => line.trim().replace(/^\$ /, "")));
    return "";
  });
  const spans = [...withoutBlocks.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span.trim());
  return { spans, lines, prose: withoutBlocks.replaceAll(/`[^`\n]+`/g, "") };
}

const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/[`*]/g, "")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");

const anchorsIn = (text: string): Set<string> =>
  new Set([
    ...[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)),
    ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = ""]) => name),
  ]);

function doesPathExist(path: string, { files }: ProjectFacts): boolean {
  const wanted = path.replace(/^\.\//, "").replace(/\/$/, "");
  return files.some(
    (file) => file.path === wanted || file.path.startsWith(`${wanted}/`) || file.path.endsWith(`/${wanted}`) || file.path.includes(`/${wanted}/`),
  );
}

/** Relative links, and the headings they point at. */
function findDeadLinks(document: SourceFile, facts: ProjectFacts): string[] {
  const links = [...splitCode(document.text).prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? document.path : posix.join(posix.dirname(document.path), path).replace(/\/$/, "");
    const file = target === document.path ? document : facts.files.find((candidate) => candidate.path === target);
    if (file === undefined && !facts.files.some((candidate) => candidate.path.startsWith(`${target}/`))) return [`links to ${link}, which does not exist`];
    const isAnchorDead = anchor !== undefined && target.endsWith(".md") && file !== undefined && !anchorsIn(file.text).has(anchor);
    return isAnchorDead ? [`links to ${link}, but there is no such heading`] : [];
  });
}

function findDeadPaths({ spans }: CodePieces, facts: ProjectFacts): string[] {
  const isPath = (span: string): boolean =>
    !madeLater.test(span) && !/[*<>{}\s]|NNNN|NAME/.test(span) && (topFolder.test(span) ? span.includes("/") : fileToken.test(span));
  return spans.filter((span) => isPath(span) && !doesPathExist(span, facts)).map((span) => `names the path ${span}, which does not exist`);
}

function findDeadCommands({ spans, lines }: CodePieces, facts: ProjectFacts): string[] {
  const faults: string[] = [];
  for (const code of [...spans, ...lines]) {
    for (const [, script = ""] of code.matchAll(/\bnpm run ([\w:-]+)/g))
      if (!facts.npmScripts.has(script)) faults.push(`names npm run ${script}, which package.json does not have`);
    const short = /^npm ([a-z]+)/.exec(code)?.[1];
    if (short !== undefined && !npmWords.has(short) && !facts.npmScripts.has(short)) faults.push(`names npm ${short}, which package.json does not have`);
    const command = /^(?:(?:\.\/)?dist\/|[A-Z_]+=\S+ |npm run |npx )*srenity (?:-- )?([a-z][a-z-]*)/.exec(code)?.[1];
    if (command !== undefined && !facts.commands.has(command)) faults.push(`names the command srenity ${command}, which does not exist`);
  }
  return faults;
}

function findDeadNames({ spans, lines }: CodePieces, text: string, facts: ProjectFacts): string[] {
  const faults: string[] = [];
  const assigned = [...spans, ...lines].flatMap((code) => [...code.matchAll(/(?<![\w$?&.-])([A-Z][A-Z0-9_]+)=/g)].map(([, name = ""]) => name));
  const inCapitals = spans.filter((span) => /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(span));
  // A block of commands may give the reader's own shell variables a default: `LOG=${LOG:-srenity.log}`.
  const defaulted = new Set(lines.map((line) => /^([A-Z][A-Z0-9_]+)=\$\{\1:[-?]/.exec(line)?.[1]));
  for (const name of [...assigned, ...inCapitals])
    if (!facts.settings.has(name) && !foreignNames.test(name) && !defaulted.has(name)) faults.push(`names the setting ${name}, which does not exist`);
  for (const [, code = ""] of text.matchAll(/\berrors(?:\.md)?#([a-z_]+)/g))
    if (!facts.failureCodes.has(code)) faults.push(`names the error ${code}, which does not exist`);
  const families = new Set([...facts.metrics].map((metric) => metric.split("_")[0]));
  for (const span of spans) {
    const name = /^([a-z]+(?:_[a-z0-9]+)+)(\{.*\})?$/.exec(span)?.[1] ?? "";
    const base = name.replace(/_(bucket|count|sum)$/, "");
    if (families.has(name.split("_")[0]) && !facts.metrics.has(name) && !facts.metrics.has(base)) faults.push(`names the metric ${name}, which does not exist`);
  }
  return faults;
}

/** Everything that a document names and that does not exist, one sentence each. */
export function findDocumentFaults(document: SourceFile, facts: ProjectFacts): string[] {
  const pieces = splitCode(document.text);
  const faults = [
    ...findDeadLinks(document, facts),
    ...findDeadPaths(pieces, facts),
    ...findDeadCommands(pieces, facts),
    ...findDeadNames(pieces, document.text, facts),
  ];
  return faults.map((fault) => `${document.path} ${fault}`);
}

/** First cells of a document's table rows, without backticks, in order; header and rule left out. */
export function firstCells(markdown: string): string[] {
  const rows = [...markdown.matchAll(/^\| *`([^`|]+)` *\|/gm)];
  return rows.map(([, cell = ""]) => cell);
}
