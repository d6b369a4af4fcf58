import type { z } from "@hono/zod-openapi";
import { Failure, type FieldFault } from "../errors.ts";

/** Most faults told of one request, so that a hostile body cannot make a large answer. */
const faultsMost = 50;

/**
 * Reads a body's fields by `schema`.
 *
 * @throws Failure `field_missing` when a required field is absent, else `field_invalid`; both name every field at fault
 */
export function validateBody<T>(schema: z.ZodType<T>, body: Record<string, unknown>): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, faultsMost);
  const missing = issues.filter((issue) => isAbsent(body, issue.path));
  const faults = issues.map((issue) => faultOf(issue, missing.includes(issue)));
  const code = missing.length > 0 ? "field_missing" : "field_invalid";
  throw new Failure(code, sentence(faults), { fields: faults });
}

/**
 * Reads a query by `schema`, whose keys are the known parameters; others are ignored, and of repeated ones the first counts.
 *
 * @throws Failure `query_invalid` naming every parameter at fault
 */
export function validateQuery<T>(schema: z.ZodObject & z.ZodType<T>, search: string): T {
  const sent = new URLSearchParams(search);
  const known: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = sent.get(name);
    if (value !== null) known[name] = value;
  }
  const result = schema.safeParse(known);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => faultOf(issue, false));
  throw new Failure("query_invalid", sentence(faults), { fields: faults });
}

function faultOf(issue: z.core.$ZodIssue, isMissing: boolean): FieldFault {
  const field = issue.path.map(String).join(".");
  return { field, message: isMissing ? "is required" : messageOf(issue) };
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `must be ${article(issue.expected)}`;
  if (issue.code === "too_big") return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
  if (issue.code === "too_small") return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  return issue.message;
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " items" : "";
}

function article(expected: string): string {
  const named = { record: "object", int: "integer", number: "integer" }[expected] ?? expected;
  return /^[aeio]/.test(named) ? `an ${named}` : `a ${named}`;
}

function isAbsent(body: unknown, path: readonly PropertyKey[]): boolean {
  let value = body;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return false;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value === undefined;
}

function sentence(faults: readonly FieldFault[]): string {
  return faults.map(({ field, message }) => (field === "" ? message : `${field} ${message}`)).join("; ");
}
