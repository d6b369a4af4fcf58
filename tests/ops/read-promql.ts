import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

export interface LabelMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** Series that a query reads. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
  /** Range as written, or null for the latest sample. */
  readonly range: string | null;
  /** Function whose argument it is: `rate`, or none. */
  readonly inFunction: string | null;
}

export interface PromQlReading {
  /** Places that are no PromQL, with what is written there. */
  readonly faults: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels that aggregations keep and that operations match on. */
  readonly labels: readonly string[];
  readonly functions: readonly string[];
}

/** Reads a query with the grammar of Prometheus' own editor. */
export function readPromQl(query: string): PromQlReading {
  const faults: string[] = [];
  const selectors: Selector[] = [];
  const labels: string[] = [];
  const functions: string[] = [];
  const textOf = ({ from, to }: { from: number; to: number }): string => query.slice(from, to);
  parser.parse(query).iterate({
    enter: ({ type, node }) => {
      if (type.isError) faults.push(`at ${node.from}: ${JSON.stringify(query.slice(node.from, node.from + 20))}`);
      if (node.name === "VectorSelector") selectors.push(selectorOf(node, textOf));
      if (node.name === "FunctionIdentifier") functions.push(textOf(node));
      if (node.name === "GroupingLabels") labels.push(...node.getChildren("LabelName").map(textOf));
    },
  });
  return { faults, selectors, labels, functions };
}

function selectorOf(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Selector {
  const metric = node.getChild("Identifier");
  const matchers = node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
  const matrix = parentNamed(node, "MatrixSelector");
  const outer = matrix ?? node;
  return {
    metric: metric ? textOf(metric) : "",
    matchers: matchers.map((matcher) => matcherOf(matcher, textOf)),
    range: matrix ? (/\[(.*)\]$/.exec(textOf(matrix))?.[1] ?? null) : null,
    inFunction: functionAround(outer, textOf),
  };
}

function parentNamed(node: SyntaxNode, name: string): SyntaxNode | null {
  return node.parent?.name === name ? node.parent : null;
}

/** The function whose argument a node is, with or without an offset. */
function functionAround(node: SyntaxNode, textOf: (node: SyntaxNode) => string): string | null {
  const shifted = parentNamed(node, "OffsetExpr") ?? node;
  const body = parentNamed(shifted, "FunctionCallBody");
  const name = body?.parent?.getChild("FunctionIdentifier");
  return name ? textOf(name) : null;
}

function matcherOf(node: SyntaxNode, textOf: (node: SyntaxNode) => string): LabelMatcher {
  const part = (name: string): string => {
    const child = node.getChild(name);
    return child ? textOf(child) : "";
  };
  return { label: part("LabelName"), operator: part("MatchOp"), value: part("StringLiteral").slice(1, -1) };
}
