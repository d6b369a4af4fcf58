import type { RawRecord } from "./raw-rows.ts";

/** Where a field of ours may stand in a foreign record: names or dotted paths, the first that holds something wins. */
type Places = readonly string[];

/** How one kind of foreign record becomes links. Column names are in lower case, as `columnName` writes them. */
export interface ForeignFormat {
  /** What `--format` calls it; several shapes of one service share a name. */
  name: "yourls" | "shlink" | "kutt" | "bitly";
  shape: string;
  /** Columns a file must have to be of this shape: one of each list. */
  needs: readonly Places[];
  code: Places;
  url: Places;
  title?: Places;
  createdAt?: Places;
  updatedAt?: Places;
  expiresAt?: Places;
  maxClicks?: Places;
  clicks?: Places;
  tags?: Places;
  /** What separates tags within a text. */
  tagSeparator?: string;
  /** Further codes of the same link, each of which becomes a link. */
  aliases?: Places;
  /** Reasons for which a link is taken but left inactive: a true value under a name, and what to say. */
  inactiveIf?: readonly { place: string; note: string }[];
  /** What this service cannot do, said where a record asks for it. */
  dropped?: readonly { place: string; note: string }[];
}

/** Every foreign shape that is read, most specific first. */
export const foreignFormats: readonly ForeignFormat[] = [
  {
    name: "yourls",
    shape: "YOURLS table (keyword, url, title, timestamp, ip, clicks)",
    needs: [["keyword"], ["url"]],
    code: ["keyword"],
    url: ["url"],
    title: ["title"],
    createdAt: ["timestamp"],
    clicks: ["clicks"],
  },
  {
    name: "yourls",
    shape: "YOURLS Import-Export plugin (source, target, hits)",
    needs: [["source"], ["target"], ["hits"]],
    code: ["source"],
    url: ["target"],
    clicks: ["hits"],
  },
  {
    name: "yourls",
    shape: "YOURLS API stats (shorturl, url, title, timestamp, clicks)",
    needs: [["shorturl"], ["url"], ["timestamp"]],
    code: ["shorturl"],
    url: ["url"],
    title: ["title"],
    createdAt: ["timestamp"],
    clicks: ["clicks"],
  },
  {
    name: "shlink",
    shape: "Shlink (shortCode or shortUrl, longUrl, tags, visits)",
    needs: [["shortcode", "shorturl"], ["longurl"]],
    code: ["shortcode", "shorturl"],
    url: ["longurl"],
    title: ["title"],
    createdAt: ["datecreated", "createdat"],
    expiresAt: ["meta.validUntil", "validuntil"],
    maxClicks: ["meta.maxVisits", "maxvisits"],
    clicks: ["visitssummary.total", "visitscount", "visits"],
    tags: ["tags"],
    tagSeparator: "|",
    dropped: [{ place: "meta.validSince", note: "Shlink's validSince has no counterpart: the link answers at once" }],
  },
  {
    name: "kutt",
    shape: "Kutt (address, target, description, visit_count)",
    needs: [["address"], ["target"]],
    code: ["address"],
    url: ["target"],
    title: ["description"],
    createdAt: ["created_at"],
    updatedAt: ["updated_at"],
    expiresAt: ["expire_in"],
    clicks: ["visit_count"],
    inactiveIf: [
      { place: "banned", note: "banned in Kutt; taken as inactive" },
      { place: "password", note: "asked for a password in Kutt; taken as inactive, so that its destination stays hidden" },
    ],
  },
  {
    // An archived bitlink goes on redirecting, so `archived` does not make a link inactive.
    name: "bitly",
    shape: "Bitly (link, long_url, title, created, tags, clicks)",
    needs: [
      ["link", "bitlink", "short_link", "short_url", "custom_bitlink"],
      ["long_url", "destination_url"],
    ],
    code: ["link", "bitlink", "short_link", "short_url", "id", "custom_bitlink"],
    url: ["long_url", "destination_url"],
    title: ["title"],
    createdAt: ["created_at", "created", "date_created", "creation_date"],
    clicks: ["clicks", "total_clicks", "engagements", "total_engagements"],
    tags: ["tags"],
    tagSeparator: ",",
    aliases: ["custom_bitlinks", "custom_bitlink"],
  },
];

/** The shape of a file with these columns, or null. `name` asks for one service. */
export function detectForeignFormat(columns: readonly string[], name: string | null): ForeignFormat | null {
  const fits = (format: ForeignFormat): boolean => format.needs.every((places) => places.some((place) => columns.includes(place)));
  return foreignFormats.find((format) => (name === null || format.name === name) && fits(format)) ?? null;
}

/** A value under the first place that holds something. */
function valueAt(record: RawRecord, places: Places | undefined): unknown {
  for (const place of places ?? []) {
    const found = place
      .split(".")
      .reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? (inner as RawRecord)[key] : undefined), record);
    if (found !== undefined && found !== null && found !== "") return found;
  }
  return undefined;
}

/** The code in a short URL, in `/code/` or in the code itself. */
function codeIn(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const path = value
    .trim()
    .replace(/^[a-z]+:\/\/[^/]*\//i, "/")
    .replace(/[?#].*$/, "");
  const segments = path.split("/").filter((segment) => segment !== "");
  // `bit.ly/code` names a host first; `a/b` is a code of two segments, which its shape refuses later.
  const namesHost = !path.startsWith("/") && segments.length > 1 && /[.:]/.test(segments[0] as string);
  return segments.slice(namesHost ? 1 : 0).join("/");
}

function listIn(value: unknown, separator: string): string[] {
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === "string" && item !== "");
  return typeof value === "string"
    ? value
        .split(separator)
        .map((item) => item.trim())
        .filter(Boolean)
    : [];
}

const isTrue = (value: unknown): boolean => value === true || (typeof value === "string" && /^(1|t|true|yes)$/i.test(value)) || value === 1;

/** Seconds or milliseconds since 1970, as some exports write times, as RFC 3339; other values as they are. */
function timeIn(value: unknown): unknown {
  const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
  if (!/^\d{10}(\d{3})?$/.test(text)) return value;
  return new Date(text.length === 10 ? Number(text) * 1_000 : Number(text)).toISOString();
}

/** Links in a foreign record, as rows of urls.csv, and what is lost on the way. */
export function linksOfForeign(format: ForeignFormat, record: RawRecord, ownerId: number): { links: RawRecord[]; notes: string[] } {
  const reasons = (format.inactiveIf ?? []).filter(({ place }) => isTrue(valueAt(record, [place])));
  const lost = (format.dropped ?? []).filter(({ place }) => valueAt(record, [place]) !== undefined);
  const first = codeIn(valueAt(record, format.code));
  const link: Record<string, unknown> = {
    user_id: ownerId,
    short_code: first,
    original_url: valueAt(record, format.url),
    title: valueAt(record, format.title) ?? "",
    is_active: reasons.length === 0,
    created_at: timeIn(valueAt(record, format.createdAt)),
    updated_at: timeIn(valueAt(record, format.updatedAt)),
    expires_at: timeIn(valueAt(record, format.expiresAt)) ?? "",
    max_clicks: valueAt(record, format.maxClicks) ?? "",
    tags: listIn(valueAt(record, format.tags), format.tagSeparator ?? ","),
    earlier_clicks: valueAt(record, format.clicks) ?? 0,
  };
  const codes = listIn(valueAt(record, format.aliases), ",").map(codeIn);
  const aliases = [...new Set(codes)].filter((code) => code !== first).map((code) => ({ ...link, short_code: code, earlier_clicks: 0 }));
  return { links: [link, ...aliases], notes: [...reasons, ...lost].map(({ note }) => note) };
}
