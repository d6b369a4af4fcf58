/** Whether the name that stands in `text` between two positions is wanted. */
export type NameFilter = (text: string, from: number, to: number) => boolean;

/** Makes a filter that compares in place: most lines of a scrape are not wanted, and cutting each name out would cost more than the rest. */
export function createNameFilter(names: Iterable<string>): NameFilter {
  const byLength: string[][] = [];
  for (const name of new Set(names)) (byLength[name.length] ??= []).push(name);
  return (text, from, to) => {
    const candidates = byLength[to - from];
    if (candidates === undefined) return false;
    for (const candidate of candidates) if (text.startsWith(candidate, from)) return true;
    return false;
  };
}
