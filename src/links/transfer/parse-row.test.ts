import { describe, expect, test } from "bun:test";
import { parseEventRow, parseLinkRow, parseUserRow } from "./parse-row.ts";
import { parseTime } from "./parse-time.ts";
import type { RawRecord } from "./raw-rows.ts";

const nowMs = Date.UTC(2026, 0, 1);
const context = { nowMs, ownHosts: new Set(["go.example"]) };
const user = (fields: RawRecord = {}): RawRecord => ({
  id: "7",
  username: "clearcanyon41",
  email: "a@seeded.app",
  created_at: "2024-10-02 04:31:17",
  ...fields,
});
const link = (fields: RawRecord = {}): RawRecord => ({
  id: "1",
  user_id: "162",
  short_code: "Uc8Mwc",
  original_url: "https://example.com/a",
  title: "Alert feed",
  is_active: "True",
  created_at: "2025-10-26 06:56:00",
  updated_at: "2025-12-06 09:51:27",
  ...fields,
});
const event = (fields: RawRecord = {}): RawRecord => ({
  id: "3",
  url_id: "1",
  user_id: "162",
  event_type: "created",
  timestamp: "2025-10-26 06:56:00",
  details: '{"a":1}',
  ...fields,
});

describe("a time", () => {
  test("is read as UTC in every format of the exports, or refused", () => {
    const atMs = Date.UTC(2025, 9, 26, 6, 56, 0);
    for (const text of [
      "2025-10-26 06:56:00",
      "2025-10-26T06:56:00",
      "2025-10-26T06:56:00Z",
      "2025-10-26T06:56:00.000Z",
      "2025-10-26T08:56:00+02:00",
      "2025-10-26T06:56:00+0000",
      "2025-10-26 06:56:00+00",
      "2025-10-26 06:56:00 UTC",
      "2025-10-26 06:56",
    ]) {
      expect(parseTime(text)).toBe(atMs);
    }
    expect(parseTime("2025-10-26T06:56:00.123456Z")).toBe(atMs + 123);
    for (const text of ["", "yesterday", "2025-02-30 00:00:00", "2025-13-01", "2025-10-26 24:00:00", "26.10.2025", "2025-10-26T06:56:00+99:00", "1761461760"])
      expect(parseTime(text)).toBeNull();
  });
});

describe("a row", () => {
  test("as the first version wrote it is taken whole", () => {
    expect(parseUserRow(user(), context)).toMatchObject({
      outcome: "ok",
      fixes: [],
      row: { id: 7, username: "clearcanyon41", email: "a@seeded.app", createdAtMs: Date.UTC(2024, 9, 2, 4, 31, 17) },
    });
    expect(parseLinkRow(link(), context)).toMatchObject({
      outcome: "ok",
      fixes: [],
      row: {
        id: 1,
        userId: 162,
        shortCode: "Uc8Mwc",
        isActive: true,
        expiresAtMs: null,
        tags: [],
        earlierClicks: 0,
        deletedAtMs: null,
        updatedAtMs: Date.UTC(2025, 11, 6, 9, 51, 27),
      },
    });
    expect(parseEventRow(event(), context)).toMatchObject({
      outcome: "ok",
      fixes: [],
      row: { id: 3, urlId: 1, userId: 162, type: "created", details: { a: 1 } },
    });
  });

  test("says what the file does not say, so that importing again changes nothing", () => {
    const { id: _, created_at: __, updated_at: ___, ...rest } = link();
    expect(parseLinkRow(rest, context)).toMatchObject({
      outcome: "ok",
      row: { createdAtMs: nowMs, updatedAtMs: nowMs },
      absent: ["expiresAtMs", "maxClicks", "tags", "earlierClicks", "deletedAtMs", "createdAtMs", "updatedAtMs"],
    });
    expect(parseLinkRow(rest, context)).not.toHaveProperty("row.id");
  });

  test("with values that spreadsheets write is taken, and the fix is told", () => {
    expect(parseLinkRow(link({ user_id: "162.0", is_active: "0", short_code: " Uc8Mwc " }), context)).toMatchObject({
      outcome: "ok",
      row: { userId: 162, isActive: false, shortCode: "Uc8Mwc" },
      fixes: [
        { field: "user_id", note: '"162.0" read as 162' },
        { field: "short_code", note: "white space around it removed" },
      ],
    });
  });

  test("that cannot be understood is refused with every field and reason", () => {
    const refusals = (result: ReturnType<typeof parseLinkRow> | ReturnType<typeof parseUserRow> | ReturnType<typeof parseEventRow>): string[] =>
      result.outcome === "refused" ? result.refusals.map(({ field }) => field) : [];
    expect(refusals(parseUserRow(user({ id: "x", username: " ", email: "nobody", created_at: "soon" }), context))).toEqual([
      "id",
      "created_at",
      "username",
      "email",
    ]);
    expect(refusals(parseLinkRow({}, context))).toEqual(["original_url", "user_id", "short_code"]);
    expect(
      refusals(parseLinkRow(link({ original_url: "javascript:alert(1)", is_active: "maybe", max_clicks: "0", tags: "[1]", earlier_clicks: "-1" }), context)),
    ).toEqual(["original_url", "is_active", "max_clicks", "tags", "earlier_clicks"]);
    expect(refusals(parseLinkRow(link({ original_url: "https://go.example/Uc8Mwc" }), context))).toEqual(["original_url"]);
    expect(refusals(parseLinkRow(link({ short_code: "docs" }), context))).toEqual(["short_code"]);
    expect(refusals(parseLinkRow(link({ short_code: "../etc" }), context))).toEqual(["short_code"]);
    expect(refusals(parseEventRow(event({ event_type: "Created!", timestamp: "", details: "[1]", url_id: "one" }), context))).toEqual([
      "event_type",
      "timestamp",
      "url_id",
      "details",
    ]);
    expect(refusals(parseEventRow(event({ details: "{broken" }), context))).toEqual(["details"]);
    expect(refusals(parseEventRow(event({ details: JSON.parse(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`) }), context))).toEqual(["details"]);
  });

  test("of a deleted user may be without name and email", () => {
    expect(parseUserRow(user({ username: "", email: "", deleted_at: "2025-01-01T00:00:00.000Z" }), context)).toMatchObject({
      outcome: "ok",
      row: { username: "", email: "", deletedAtMs: Date.UTC(2025, 0, 1) },
    });
  });
});
