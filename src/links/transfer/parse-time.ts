const shape = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(?:([Zz]|UTC)|([+-])(\d\d):?(\d\d)?)?$/;

/**
 * Reads an instant as exports write it: `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DDTHH:MM:SS[.mmm]`, UTC unless an offset says otherwise.
 *
 * @returns epoch milliseconds, or null when the text is no real date and time
 */
export function parseTime(text: string): number | null {
  const parts = shape.exec(text);
  if (!parts) return null;
  const year = Number(parts[1]);
  const month = Number(parts[2]);
  const day = Number(parts[3]);
  const hour = Number(parts[4] ?? 0);
  const minute = Number(parts[5] ?? 0);
  const second = Number(parts[6] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || year < 100) return null;
  const milliseconds = parts[7] === undefined ? 0 : Number(parts[7].padEnd(3, "0").slice(0, 3));
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const date = new Date(atMs);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return parts[9] === undefined ? atMs : offsetApplied(atMs, parts);
}

function offsetApplied(atMs: number, parts: RegExpExecArray): number | null {
  const hours = Number(parts[10]);
  const minutes = Number(parts[11] ?? 0);
  if (hours > 23 || minutes > 59) return null;
  return atMs - (parts[9] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
