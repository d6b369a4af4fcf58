import type { SourceFile } from "./source-file.ts";
import { isNode, nameOf, parseTree, visitNodes, type SyntaxNode, type SyntaxTree } from "./syntax-tree.ts";

const longestFileLines = 300;
const longestFunctionLines = 60;
const mostParameters = 4;
/** Longest comment beside code, in lines; docstrings may be longer. */
const longestCommentLines = 3;

const emptyNames = new Set(["util", "utils", "helper", "helpers", "common", "manager", "managers", "data", "info", "misc"]);
const unfinishedWords = /\b(TODO|FIXME|XXX|HACK)\b/;
const machinePath = /(?<![\w$.:/-])\/(?:work|root|home)\/\w/;
const testCall = /^(test|it|describe)(\.|$)/;
const skippingCall = /^(test|it|describe)(\.\w+)*\.(only|skip|todo)(\.|$)/;

interface Scope {
  tree: SyntaxTree;
  report: (position: number, sentence: string) => void;
}

const linesIn = (text: string): number => text.replace(/\n$/, "").split("\n").length;
const isFunction = (node: SyntaxNode): boolean => ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"].includes(node.type);

/** What right inside a function is measured by itself, so that its lines are not counted again: functions with a name of their own, and tests. */
function measuredApart(outer: SyntaxNode): SyntaxNode[] {
  const inner: SyntaxNode[] = [];
  visitNodes(outer, (node) => {
    if (node === outer) return true;
    const named = node.type === "Property" ? node["value"] : node;
    const isNamedFunction = isNode(named) && isFunction(named) && (node.type === "Property" || node.type === "FunctionDeclaration");
    const isTest = node.type === "CallExpression" && testCall.test(nameOf(node["callee"]) || nameOf((node["callee"] as SyntaxNode)["callee"]));
    if (isNamedFunction || isTest) inner.push(node);
    return !isNamedFunction && !isTest;
  });
  return inner;
}

/** Lines of a function without those measured apart. */
function ownLines(node: SyntaxNode, { lineOf }: SyntaxTree): number {
  const linesOf = ({ start, end }: SyntaxNode): number => lineOf(end) - lineOf(start) + 1;
  return measuredApart(node).reduce((lines, inner) => lines - linesOf(inner), linesOf(node));
}

function checkFunction(node: SyntaxNode, { tree, report }: Scope): void {
  const parameters = (node["params"] as SyntaxNode[]).filter((parameter) => nameOf(parameter) !== "this").length;
  if (parameters > mostParameters) report(node.start, `a function has ${parameters} parameters, ${mostParameters} are allowed`);
  const lines = ownLines(node, tree);
  if (lines > longestFunctionLines) report(node.start, `a function has ${lines} lines, ${longestFunctionLines} are allowed`);
}

/** Names that a node gives to something; taking a field of that name out of an object is not naming. */
function namesGiven(node: SyntaxNode): string[] {
  if (isFunction(node)) return [nameOf(node["id"]), ...(node["params"] as SyntaxNode[]).map(nameOf)];
  const declares = ["VariableDeclarator", "ClassDeclaration", "TSInterfaceDeclaration", "TSTypeAliasDeclaration"];
  return declares.includes(node.type) ? [nameOf(node["id"])] : [];
}

function checkNode(node: SyntaxNode, scope: Scope): void {
  const { report } = scope;
  if (isFunction(node)) checkFunction(node, scope);
  if (node.type === "ExportDefaultDeclaration") report(node.start, "a default export; export by name");
  if (node.type === "ExportAllDeclaration") report(node.start, "a barrel; import from the file that defines it");
  if (node.type === "TSEnumDeclaration") report(node.start, "an enum; use a union of literals");
  for (const name of namesGiven(node)) {
    const isEmpty = emptyNames.has(name.toLowerCase()) || /(Utils?|Helpers?|Manager)$/.test(name);
    if (isEmpty) report(node.start, `the name \`${name}\` says nothing`);
  }
  const callee = node.type === "CallExpression" ? nameOf(node["callee"]) : "";
  if (skippingCall.test(callee)) report(node.start, `${callee} leaves tests out`);
}

/** A file whose statements are all re-exports. */
function checkBarrel({ tree, report }: Scope): void {
  const statements = tree.program["body"] as SyntaxNode[];
  if (statements.length > 0 && statements.every((node) => node.type.startsWith("Export") && isNode(node["source"])))
    report(0, "a barrel; import from the file that defines it");
}

function checkComments({ tree, report }: Scope): void {
  let previousLine = -1;
  let run = 0;
  for (const comment of tree.comments) {
    if (unfinishedWords.test(comment.value)) report(comment.start, "a comment about unfinished work; finish it or file an issue");
    const line = tree.lineOf(comment.start);
    run = comment.type === "Line" && line === previousLine + 1 ? run + 1 : 1;
    previousLine = line;
    const isLongBlock = comment.type === "Block" && !comment.value.startsWith("*") && linesIn(comment.value) > longestCommentLines;
    if (run === longestCommentLines + 1 || isLongBlock) report(comment.start, `a comment longer than ${longestCommentLines} lines`);
  }
}

function checkFileName({ path }: SourceFile): string[] {
  const name = path.split("/").at(-1) ?? "";
  const folders = path.split("/").slice(0, -1);
  const words = [...folders, ...name.split(/[.-]/)];
  const faults = words.filter((word) => emptyNames.has(word)).map((word) => `${path} the word \`${word}\` in its path says nothing`);
  return /^[a-z0-9]+([.-][a-z0-9]+)*\.(tsx?|mjs|lua)$/.test(name) ? faults : [...faults, `${path} is not named in kebab-case`];
}

/** Checks that need no syntax tree and so hold for documents and settings too. */
export function findMachinePaths(file: SourceFile): string[] {
  return file.text.split("\n").flatMap((line, index) => (machinePath.test(line) ? [`${file.path}:${index + 1} names a folder of one machine`] : []));
}

/** Everything in one source file that breaks a rule of CONTRIBUTING.md, one sentence each. */
export function findUntidiness(file: SourceFile): string[] {
  const faults = [...checkFileName(file), ...findMachinePaths(file)];
  const tree = parseTree(file);
  const report = (position: number, sentence: string): void => void faults.push(`${file.path}:${tree.lineOf(position)} ${sentence}`);
  const scope: Scope = { tree, report };
  const lines = linesIn(file.text);
  if (lines > longestFileLines) report(0, `the file has ${lines} lines, ${longestFileLines} are allowed`);
  checkBarrel(scope);
  checkComments(scope);
  visitNodes(tree.program, (node) => checkNode(node, scope));
  return faults;
}
