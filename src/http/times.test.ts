import { describe, expect, test } from "bun:test";
import { readTime, timeFormatOf, writeTime } from "./times.ts";

describe("an instant", () => {
  test.each([
    ["2026-01-31T12:00:00", "2026-01-31T12:00:00.000Z"],
    ["2026-01-31 12:00:00", "2026-01-31T12:00:00.000Z"],
    ["2026-01-31T12:00", "2026-01-31T12:00:00.000Z"],
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"],
    ["2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.500Z"],
    ["2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123Z"],
    ["2026-01-31T12:00:00+02:30", "2026-01-31T09:30:00.000Z"],
    ["2026-01-31T23:30:00-01:00", "2026-02-01T00:30:00.000Z"],
    ["2024-02-29T00:00:00", "2024-02-29T00:00:00.000Z"],
    ["9999-12-31T23:59:59", "9999-12-31T23:59:59.000Z"],
  ])("is read from %s", (text, expected) => {
    expect(writeTime(readTime(text) ?? Number.NaN, "rfc3339")).toBe(expected);
  });

  test.each([
    "",
    "now",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-32",
    "2026-01-01T24:00:00",
    "2026-01-01T12:60:00",
    "2026-01-01T12:00:60",
    "2026-01-01T12:00:00+25:00",
    "26-01-01",
    "0001-01-01",
    "2026-01-01T",
    "2026-01-01Z",
    "1735689600",
  ])("is not read from %j", (text) => {
    expect(readTime(text)).toBeNull();
  });

  test("is written as the first version did, or as RFC 3339", () => {
    expect(writeTime(1_735_689_600_123, "first")).toBe("2025-01-01T00:00:00");
    expect(writeTime(1_735_689_600_123, "rfc3339")).toBe("2025-01-01T00:00:00.123Z");
  });

  test("is written in the format that the query or Accept-Profile asks for", () => {
    const request = (headers: Record<string, string> = {}): Request => new Request("http://x/", { headers });
    expect(timeFormatOf(request(), "")).toBe("first");
    expect(timeFormatOf(request(), "?time=rfc3339")).toBe("rfc3339");
    expect(timeFormatOf(request(), "?daytime=rfc3339")).toBe("first");
    expect(timeFormatOf(request({ "Accept-Profile": "RFC3339" }), "")).toBe("rfc3339");
  });
});
