import { z } from "@hono/zod-openapi";
import { readTime } from "./times.ts";

/** Longest text of a filter, in characters. */
const filterLengthMost = 2_048;

const integerShape = /^-?\d{1,1000}$/;

/** A whole number; out of range it is clamped, anything else is refused. */
export function clampedNumber(least: number, most: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(integerShape, "must be a whole number")
    .transform((text) => Math.min(Math.max(Number(text), least), most));
}

/** An id to filter by. One that no row can have is readable and matches nothing. */
export function idFilter(): z.ZodType<number, string> {
  return z
    .string()
    .regex(integerShape, "must be a whole number")
    .transform((text) => (Number.isSafeInteger(Number(text)) ? Number(text) : -1));
}

export function booleanFilter(): z.ZodType<boolean, string> {
  return z
    .string()
    .regex(/^(?:true|false|1|0)$/i, "must be true, false, 1 or 0")
    .transform((text) => text === "1" || text.toLowerCase() === "true");
}

export function textFilter(lengthMost: number = filterLengthMost): z.ZodType<string, string> {
  return z.string().max(lengthMost);
}

/** An instant, read to epoch milliseconds. */
export function timeFilter(): z.ZodType<number, string> {
  return z.string().transform((text, context) => {
    const atMs = readTime(text);
    if (atMs !== null) return atMs;
    context.issues.push({ code: "custom", input: text, message: "must be a date and time such as 2026-01-31T12:00:00" });
    return z.NEVER;
  });
}

/** `?time=rfc3339` for times with fraction and zone. */
export const timeFormatField = { time: z.enum(["rfc3339"]).optional().openapi({ description: "Writes times with fraction and Z." }) };
