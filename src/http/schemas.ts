import { z } from "@hono/zod-openapi";
import { failures, type FailureCode } from "../errors.ts";
import { isCodeShape } from "../links/codes.ts";
import { destinationLengthMost } from "../links/destination.ts";
import { readTime } from "./times.ts";

export const usernameLengthMost = 64;
/** RFC 5321's longest path without its angle brackets. */
export const emailLengthMost = 254;
export const titleLengthMost = 255;
export const tagsMost = 20;
export const tagLengthMost = 50;
/** Most links in one JSON bulk request. */
export const bulkUrlsMost = 1_000;
/** Largest `details` of an event, in bytes as JSON. */
export const detailsBytesMost = 16_384;
/** Deepest nesting of `details`; SQLite reads no JSON deeper than 1 000. */
export const detailsDepthMost = 32;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** A text of `least` to `most` characters (code points, as JSON Schema counts) without control characters. */
function text(least: number, most: number): z.ZodString {
  return z
    .string()
    .check((context) => {
      const { value } = context;
      const length = value.length > most * 2 ? value.length : Array.from(value).length;
      const fault =
        !value.isWellFormed() || control.test(value)
          ? "must not contain control characters or broken surrogates"
          : lengthFault(length, value.trim().length, least, most);
      if (fault) context.issues.push({ code: "custom", input: value, message: fault });
    })
    .openapi({ ...(least > 0 ? { minLength: least } : {}), maxLength: most });
}

function lengthFault(length: number, trimmed: number, least: number, most: number): string | null {
  if (trimmed < Math.min(least, 1)) return "must not be empty";
  return length < least || length > most ? `must have ${least} to ${most} characters` : null;
}

const username = text(1, usernameLengthMost).openapi({ example: "clearcanyon41" });
const email = text(3, emailLengthMost)
  .refine((value) => /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/.test(value), "must be an email address")
  .openapi({ example: "clearcanyon41@seeded.app" });
const id = z.int().openapi({ example: 1 });
const title = text(0, titleLengthMost).nullable();
const tags = z
  .array(text(1, tagLengthMost))
  .max(tagsMost)
  .transform((values) => [...new Set(values)]);
const maxClicks = z.int().min(1).nullable();
const address = z.string().max(destinationLengthMost).openapi({ example: "https://example.com/a/long/path?with=query" });
const timeText = z.string().openapi({ example: "2030-01-31T12:00:00", description: "UTC; RFC 3339 with fraction and offset is read as well." });

const expiry = timeText
  .transform((value, context) => {
    const atMs = readTime(value);
    if (atMs !== null) return atMs;
    context.issues.push({ code: "custom", input: value, message: "must be a real date and time such as 2030-01-31T12:00:00" });
    return z.NEVER;
  })
  .nullable();

const details = z
  .record(z.string(), z.unknown())
  .check((context) => {
    const fault = detailsFault(context.value);
    if (fault) context.issues.push({ code: "custom", input: context.value, message: fault });
  })
  .nullish();

function detailsFault(value: Record<string, unknown>): string | null {
  if (depthOf(value, detailsDepthMost) > detailsDepthMost) return `must not nest deeper than ${detailsDepthMost}`;
  return Buffer.byteLength(JSON.stringify(value)) > detailsBytesMost ? `must have at most ${detailsBytesMost} bytes as JSON` : null;
}

/** Depth of a value, not looking deeper than one level below `most`. */
function depthOf(value: unknown, most: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (most < 0) return 1;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, most - 1));
  return deepest + 1;
}

export const newUserSchema = z.object({ username, email }).openapi("NewUser");
export const userChangesSchema = z.object({ username: username.optional(), email: email.optional() }).openapi("UserChanges");

export const newUrlSchema = z
  .object({
    user_id: id,
    original_url: address,
    title: title.optional(),
    short_code: z.string().refine(isCodeShape, "must be 3 to 64 of 0-9, A-Z, a-z, _ and -").openapi({ pattern: "^[0-9A-Za-z_-]{3,64}$" }).nullish(),
    expires_at: expiry.optional(),
    max_clicks: maxClicks.optional(),
    tags: tags.nullish(),
    dedupe: z.boolean().nullish().openapi({ description: "false always makes a new link." }),
  })
  .openapi("NewUrl");

export const urlChangesSchema = z
  .object({
    title: title.optional(),
    is_active: z.boolean().optional(),
    original_url: address.optional(),
    expires_at: expiry.optional(),
    max_clicks: maxClicks.optional(),
    tags: tags.nullish(),
  })
  .openapi("UrlChanges");

export const bulkUrlsSchema = z.object({ urls: z.array(z.unknown()).max(bulkUrlsMost) }).openapi("BulkUrls");

export const newEventSchema = z
  .object({
    event_type: z
      .string()
      .regex(/^[a-z][a-z0-9_.-]{0,31}$/, "must match [a-z][a-z0-9_.-]{0,31}")
      .openapi({ example: "click" }),
    url_id: id,
    user_id: id,
    details,
  })
  .openapi("NewEvent");

const writtenTime = z.string().openapi({ example: "2026-01-31T12:00:00" });

export const userSchema = z.object({ id: z.int(), username: z.string(), email: z.string(), created_at: writtenTime }).openapi("User");

export const urlSchema = z
  .object({
    id: z.int(),
    user_id: z.int(),
    short_code: z.string(),
    short_url: z.string(),
    original_url: z.string(),
    title: z.string().nullable(),
    is_active: z.boolean(),
    expires_at: writtenTime.nullable(),
    max_clicks: z.int().nullable(),
    clicks: z.int(),
    tags: z.array(z.string()),
    created_at: writtenTime,
    updated_at: writtenTime,
  })
  .openapi("Url");

export const eventSchema = z
  .object({
    id: z.int(),
    url_id: z.int().nullable(),
    user_id: z.int().nullable(),
    event_type: z.string(),
    timestamp: writtenTime,
    details: z.record(z.string(), z.unknown()),
  })
  .openapi("Event");

export const importReportSchema = z
  .object({
    count: z.int(),
    imported: z.int(),
    created: z.int(),
    updated: z.int(),
    skipped: z.int(),
    errors: z.array(z.object({ row: z.int(), field: z.string(), reason: z.string() })),
  })
  .openapi("ImportReport");

const breakdown = z.array(z.object({ value: z.string(), clicks: z.int() }));

export const statsSchema = z
  .object({
    url_id: z.int(),
    interval: z.enum(["hour", "day"]),
    totals: z.object({ clicks: z.int(), people: z.int(), bots: z.int() }),
    series: z.array(z.object({ at: writtenTime, clicks: z.int(), bots: z.int() })),
    referrers: breakdown,
    browsers: breakdown,
    systems: breakdown,
    devices: breakdown,
    countries: breakdown,
  })
  .openapi("Stats");

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(failures) as [FailureCode, ...FailureCode[]]),
    request_id: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    error: z.string(),
  })
  .openapi("Problem");
