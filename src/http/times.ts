/** How an instant is written: `first` is the format of the first version, without fraction and zone. */
export type TimeFormat = "first" | "rfc3339";

/** Writes an instant (epoch milliseconds) as `YYYY-MM-DDTHH:MM:SS` in UTC, or with fraction and `Z`. */
export function writeTime(atMs: number, format: TimeFormat): string {
  const text = new Date(atMs).toISOString();
  return format === "rfc3339" ? text : text.slice(0, 19);
}

const shape = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:\d\d)?)?$/;

/**
 * Reads an instant: either contract format, an RFC 3339 offset, or a date alone (its first moment). No zone means UTC.
 *
 * @returns epoch milliseconds, or null when the text is no real date and time
 */
export function readTime(text: string): number | null {
  const parts = shape.exec(text);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const milliseconds = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const date = new Date(atMs);
  const isReal = year > 99 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  const offset = offsetMs(parts[8]);
  return isReal && offset !== null ? atMs - offset : null;
}

function offsetMs(zone: string | undefined): number | null {
  if (zone === undefined || zone === "Z" || zone === "z") return 0;
  const [hours, minutes] = zone.slice(1).split(":").map(Number) as [number, number];
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The format a request asks for: `?time=rfc3339` or `Accept-Profile: rfc3339`. */
export function timeFormatOf(request: Request, search: string): TimeFormat {
  if (request.headers.get("accept-profile")?.trim().toLowerCase() === "rfc3339") return "rfc3339";
  return search.includes("time=rfc3339") && new URLSearchParams(search).get("time") === "rfc3339" ? "rfc3339" : "first";
}
