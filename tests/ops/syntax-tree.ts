import { parseSync, type Comment } from "oxc-parser";
import type { SourceFile } from "./source-file.ts";

/** A node of the ESTree syntax tree, as far as the checks look at it. */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

export interface SyntaxTree {
  program: SyntaxNode;
  comments: Comment[];
  /** Line of a position in the text, from 1. */
  lineOf: (position: number) => number;
}

export const isNode = (value: unknown): value is SyntaxNode => typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";

/** Counts the line breaks before a position, by halving. */
function lineFinder(text: string): (position: number) => number {
  const breaks = Array.from(text.matchAll(/\n/g), ({ index }) => index);
  return (position) => {
    let [low, high] = [0, breaks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((breaks[middle] ?? position) < position) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/**
 * Parses TypeScript or JavaScript.
 *
 * @throws Error that names the file when it cannot be parsed
 */
export function parseTree({ path, text }: SourceFile): SyntaxTree {
  const { program, comments, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path} cannot be parsed: ${errors[0].message}`);
  return { program: program as unknown as SyntaxNode, comments, lineOf: lineFinder(text) };
}

/** Calls `visit` on a node and all nodes below it, parents first; a visit that returns false leaves out what is below. */
export function visitNodes(node: SyntaxNode, visit: (node: SyntaxNode) => boolean | void): void {
  if (visit(node) === false) return;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) visitNodes(child, visit);
  }
}

/** Dotted name of an identifier or member expression such as `process.env`, or an empty text. */
export function nameOf(node: unknown): string {
  if (!isNode(node)) return "";
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type === "MetaProperty") return `${nameOf(node["meta"])}.${nameOf(node["property"])}`;
  if (node.type !== "MemberExpression") return "";
  const property = node["property"];
  const literal = isNode(property) ? property["value"] : undefined;
  const key = node["computed"] === true && typeof literal === "string" ? literal : nameOf(property);
  return `${nameOf(node["object"])}.${key}`;
}
