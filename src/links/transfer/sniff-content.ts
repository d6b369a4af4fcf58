/** How a file is written. */
export type Content = "csv" | "json" | "ndjson";

/** Bytes of a file's beginning that tell how it is written. */
export const sniffBytes = 65_536;

/** Tells how a file is written from its name and its first bytes. */
export function sniffContent(name: string, head: Uint8Array): Content {
  if (/\.(ndjson|jsonl)$/i.test(name)) return "ndjson";
  const text = new TextDecoder().decode(head).trimStart();
  if (text.startsWith("[")) return "json";
  if (!text.startsWith("{")) return "csv";
  const end = text.indexOf("\n");
  return end > 0 && text.slice(end).trim() !== "" && isJson(text.slice(0, end)) ? "ndjson" : "json";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
