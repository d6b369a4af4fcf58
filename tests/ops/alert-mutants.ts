import type { AlertDefinition, AlertUnit } from "../../src/alerting/alert-definition.ts";
import { type Binary, comparisons, type Expression, scalar } from "../../src/alerting/expression.ts";

/** An alert with one thing wrong in its definition. */
export interface AlertMutant {
  /** What was changed, in words. */
  readonly change: string;
  readonly definition: AlertDefinition;
}

/** Every alert that differs from this one by a limit moved, a guard or an alternative left out, or another wait. */
export function alertMutants(definition: AlertDefinition): AlertMutant[] {
  const { condition, forS, limit } = definition;
  const conditions = changesOf(condition, limit.unit).map(({ change, expression }) => ({ change, definition: { ...definition, condition: expression } }));
  const waits = forS === 0 ? [] : [0.5, 2].map((factor) => ({ change: `for × ${factor}`, definition: { ...definition, forS: forS * factor } }));
  return [...conditions, ...waits].map(({ change, definition: changed }, index) => ({ change: `${index + 1}. ${change}`, definition: changed }));
}

interface Change {
  readonly change: string;
  readonly expression: Expression;
}

const movedBy = 1.5;
/** How far a limit of 0 is moved, by what it is counted in. */
const movedFromZero: Record<AlertUnit, number> = { share: 0.1, seconds: 1, bytes: 2e9, "per second": 0.02, count: 1, cores: 0.1 };

function changesOf(expression: Expression, unit: AlertUnit): Change[] {
  if (expression.kind !== "binary") return [];
  if (comparisons.has(expression.operation)) return movedLimits(expression, unit);
  if (expression.operation !== "and" && expression.operation !== "or") return [];
  const { left, right, operation } = expression;
  const within = (side: "left" | "right"): Change[] =>
    changesOf(expression[side], unit).map(({ change, expression: changed }) => ({ change, expression: { ...expression, [side]: changed } }));
  return [
    { change: `without the first of: ${operation} ${limitText(left)}`, expression: right },
    { change: `without the second of: ${operation} ${limitText(right)}`, expression: left },
    ...within("left"),
    ...within("right"),
  ];
}

/** The last limit a side has, so that a person finds it. */
function limitText(side: Expression): string {
  if (side.kind !== "binary") return side.kind;
  return comparisons.has(side.operation) && side.right.kind === "scalar" ? `${side.operation} ${side.right.value}` : limitText(side.right);
}

function movedLimits(expression: Binary, unit: AlertUnit): Change[] {
  if (expression.right.kind !== "scalar") return [];
  const { value } = expression.right;
  const moved = value === 0 ? [movedFromZero[unit], -movedFromZero[unit]] : [value * movedBy, value / movedBy];
  return moved.map((limit) => ({
    change: `${expression.operation} ${value} becomes ${Number(limit.toPrecision(6))}`,
    expression: { ...expression, right: scalar(limit) },
  }));
}
