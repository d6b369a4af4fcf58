/** A number with about three figures and thousands apart; a dash where nothing was measured. */
export function valueText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en").replaceAll(",", "\u202f");
  if (size === 0) return "0";
  return size >= 10 ? String(Number(value.toFixed(1))) : String(Number(value.toFixed(2)));
}

/** What a share may lose in being multiplied; 0.29 becomes 28.999999999999996 per cent. */
const roundingError = 1e-9;

/** A share from 0 to 1 as a percentage; four nines do not become 100. */
export function shareText(share: number | null, digits = 2): string {
  if (share === null) return "–";
  const percent = share * 100;
  const cut = share < 1 ? Math.floor(percent * 10 ** digits + roundingError) / 10 ** digits : percent;
  return `${cut.toFixed(digits)}\u202f%`;
}
