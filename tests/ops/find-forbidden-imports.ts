import { posix } from "node:path";
import type { SourceFile } from "./source-file.ts";
import { isNode, nameOf, parseTree, visitNodes, type SyntaxNode } from "./syntax-tree.ts";

/** For every room, the rooms it may import, and whether only their types. */
export type ImportTable = Map<string, Map<string, "all" | "types">>;

/** Packages that belong to one room. */
const packageRooms: Record<string, string> = { "bun:sqlite": "storage/sqlite", hono: "http", "@hono/zod-openapi": "http" };

/** Rooms that are folders inside a folder. */
const innerRooms = ["storage/sqlite", "storage/postgres"];

/** Files outside src/ that are part of the program. */
const shipped = [/^package\.json$/, /^ops\/runbooks\/\w+\.md$/];

interface Import {
  from: string;
  isType: boolean;
  line: number;
}

/** Reads the table `| room | may import |` out of ARCHITECTURE.md. */
export function readImportTable(markdown: string): ImportTable {
  const rows = /\| room \| may import \|\n\|[-| ]+\|\n((?:\|.*\|\n?)+)/.exec(markdown)?.[1];
  if (rows === undefined) throw new Error("ARCHITECTURE.md has no table `| room | may import |`");
  const table: ImportTable = new Map();
  for (const row of rows.trim().split("\n")) {
    const [room = "", list = ""] = row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    const names = list
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean);
    table.set(room, new Map(names.map((name) => [name.replace(/ \(types\)$/, ""), name.endsWith("(types)") ? "types" : "all"])));
  }
  return table;
}

/** The room of a path below src/: `src/storage/sqlite/users.ts` is in `storage/sqlite`, `src/config.ts` in `config`. */
function roomOf(path: string): string {
  const inner = path.replace(/^src\//, "").replace(/\.tsx?$/, "");
  return innerRooms.find((room) => inner.startsWith(`${room}/`)) ?? inner.split("/")[0] ?? "";
}

const isTypeOnly = (node: SyntaxNode): boolean => {
  const specifiers = (node["specifiers"] ?? []) as SyntaxNode[];
  const kindOf = (part: SyntaxNode): unknown => part["importKind"] ?? part["exportKind"];
  return node.type === "TSImportType" || kindOf(node) === "type" || (specifiers.length > 0 && specifiers.every((part) => kindOf(part) === "type"));
};

/** Modules that one node names: imports, re-exports, import(), import types, require() and new URL(…, import.meta.url). */
function importedFrom(node: SyntaxNode): unknown {
  const [first, second] = (node["arguments"] ?? []) as SyntaxNode[];
  if (node.type === "NewExpression" && nameOf(node["callee"]) === "URL" && nameOf(second) === "import.meta.url") return first?.["value"];
  if (node.type === "CallExpression" && nameOf(node["callee"]) === "require") return first?.["value"];
  return isNode(node["source"]) ? node["source"]["value"] : undefined;
}

function findImports(file: SourceFile): Import[] {
  const imports: Import[] = [];
  const { program, lineOf } = parseTree(file);
  visitNodes(program, (node) => {
    const from = importedFrom(node);
    if (typeof from === "string") imports.push({ from, isType: isTypeOnly(node), line: lineOf(node.start) });
  });
  return imports;
}

function faultOf(file: SourceFile, { from, isType }: Import, table: ImportTable): string | null {
  const room = roomOf(file.path);
  const owner = packageRooms[from];
  if (owner !== undefined && owner !== room) return `${room} imports ${from}, which only ${owner} may`;
  if (!from.startsWith(".")) return null;
  const target = posix.join(posix.dirname(file.path), from);
  if (!target.startsWith("src/")) return shipped.some((pattern) => pattern.test(target)) ? null : `${room} imports ${target}, outside src/`;
  const targetRoom = roomOf(target);
  if (targetRoom === room) return null;
  const allowed = table.get(room)?.get(targetRoom);
  if (allowed === undefined) return `${room} may not import ${targetRoom}`;
  return allowed === "types" && !isType ? `${room} may import only types of ${targetRoom}` : null;
}

/** Reads of the environment outside config.ts. */
function findEnvironmentReads(file: SourceFile): string[] {
  const faults: string[] = [];
  const { program, lineOf } = parseTree(file);
  visitNodes(program, (node) => {
    const isRead = node.type === "MemberExpression" && ["process.env", "Bun.env", "import.meta.env"].includes(nameOf(node));
    if (isRead) faults.push(`${file.path}:${lineOf(node.start)} reads the environment, which only src/config.ts may`);
  });
  return faults;
}

/** Every import that the table does not allow, and every read of the environment outside config.ts, one sentence each. */
export function findForbiddenImports(files: SourceFile[], table: ImportTable): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    const unknown = table.has(room) ? [] : [`${file.path} is in the room ${room}, which ARCHITECTURE.md does not list`];
    const forbidden = findImports(file).flatMap((found) => {
      const fault = faultOf(file, found, table);
      return fault === null ? [] : [`${file.path}:${found.line} ${fault}`];
    });
    return [...unknown, ...forbidden, ...(file.path === "src/config.ts" ? [] : findEnvironmentReads(file))];
  });
}
