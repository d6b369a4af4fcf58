import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../errors.ts";
import { shorten } from "../links/shorten.ts";
import { importCsv } from "../links/transfer/import-csv.ts";
import type { AppParts } from "./app-parts.ts";
import { type Call, type Operation, operation } from "./operation.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { bulkUrlsSchema, importReportSchema, newUrlSchema } from "./schemas.ts";
import { failureOf, shortenRequestOf } from "./urls.ts";
import { validateBody } from "./validate.ts";

/** Links made in one turn of the event loop, so that redirects get theirs. */
const linksPerTurn = 20;
/** Most refused rows that an answer lists. */
const errorsMost = 1_000;

interface Report {
  count: number;
  imported: number;
  created: number;
  updated: number;
  skipped: number;
  errors: { row: number; field: string; reason: string }[];
}

async function* each(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function importReply({ parts, received, nowMs }: Call<unknown, unknown>, kind: "users" | "urls"): Promise<Reply> {
  if (received?.kind !== "csv") throw new Failure("csv_invalid", "no file was sent");
  const { store, cache, ownHosts } = parts.desk;
  // Imported links may have codes that the cache knows as absent, or changed ones; a batch counts once it is committed.
  const forget = (): void => (kind === "urls" ? cache.clear() : undefined);
  const options = { nowMs, sleep: (milliseconds: number) => sleep(milliseconds), ownHosts, onProgress: forget };
  const report = await importCsv(store, kind, each(received.pieces), options).finally(forget);
  const { count, imported, created, updated, skipped, errors } = report;
  return jsonReply(201, { count, imported, created, updated, skipped, errors } satisfies Report);
}

async function shortenAll(parts: AppParts, items: readonly unknown[]): Promise<Report> {
  const report: Report = { count: 0, imported: 0, created: 0, updated: 0, skipped: 0, errors: [] };
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % linksPerTurn === 0) await nextTurn();
    try {
      const isNew = await shortenOne(parts, item);
      report.count++;
      report.imported++;
      if (isNew) report.created++;
      else report.skipped++;
    } catch (error) {
      if (!(error instanceof Failure) || error.status >= 500) throw error;
      const faults = error.fields.length > 0 ? error.fields : [{ field: fieldOf(error), message: error.message }];
      for (const { field, message } of faults) if (report.errors.length < errorsMost) report.errors.push({ row: index + 1, field, reason: message });
    }
  }
  return report;
}

/** Makes one link like POST /urls; false when the owner had it already. */
async function shortenOne(parts: AppParts, item: unknown): Promise<boolean> {
  if (typeof item !== "object" || item === null || Array.isArray(item)) throw new Failure("body_not_object", "must be an object");
  const nowMs = parts.nowMs();
  const result = await shorten(parts.desk, shortenRequestOf(validateBody(newUrlSchema, item as Record<string, unknown>), nowMs), nowMs);
  if (!("link" in result)) throw failureOf(result);
  parts.signals.linkCreated(result.outcome);
  return result.outcome === "created";
}

function fieldOf(failure: Failure): string {
  if (failure.code === "user_not_found") return "user_id";
  return failure.code.startsWith("code_") ? "short_code" : "";
}

const importUsers = operation({
  method: "post",
  path: "/users/bulk",
  tag: "Users",
  summary: "Import users from CSV",
  description: "Columns id, username, email, created_at; others are passed over. Importing a file again changes nothing.",
  access: "editor",
  bodyKind: "csv",
  success: { 201: { description: "What became of the rows", schema: importReportSchema } },
  handle: (call) => importReply(call, "users"),
});

const importUrls = operation({
  method: "post",
  path: "/urls/bulk",
  tag: "Urls",
  summary: "Import links from CSV, or shorten many at once",
  description: "CSV: columns id, user_id, short_code, original_url, title, is_active, created_at, updated_at. JSON: each item as in POST /urls.",
  access: "editor",
  bodyKind: "csv_or_json",
  body: bulkUrlsSchema,
  success: { 201: { description: "What became of the rows", schema: importReportSchema } },
  handle: async (call) => (call.received?.kind === "json" ? jsonReply(201, await shortenAll(call.parts, call.body.urls)) : importReply(call, "urls")),
});

/** The bulk imports. */
export const bulkOperations: Operation[] = [importUsers, importUrls];
