const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const two = (value: number): string => String(value).padStart(2, "0");

/** A duration of milliseconds with at most two units: `4 min`, `1 h 12 min`, `6 d 4 h`. */
export function spanText(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < secondMs) return `${Math.round(ms)} ms`;
  if (ms < 10 * secondMs) return `${Number((ms / secondMs).toFixed(1))} s`;
  if (ms < minuteMs) return `${Math.round(ms / secondMs)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < dayMs) return join(Math.floor(ms / hourMs), "h", Math.floor((ms % hourMs) / minuteMs), "min");
  return join(Math.floor(ms / dayMs), "d", Math.floor((ms % dayMs) / hourMs), "h");
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** How long ago a moment was, or in how long it comes; seconds are whole, so that the text is calm. */
export function agoText(atMs: number, nowMs: number): string {
  const passedMs = nowMs - atMs;
  if (Math.abs(passedMs) < 2 * secondMs) return "just now";
  const text = spanText(Math.round(Math.abs(passedMs) / secondMs) * secondMs);
  return passedMs < 0 ? `in ${text}` : `${text} ago`;
}

/** Time of day in the viewer's zone; with its date when that is not today. */
export function clockText(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.toDateString() === new Date(nowMs).toDateString() ? time : `${dateText(atMs)} ${time}`;
}

/** `3 Nov`, or with its year when that is another. */
export function dateText(atMs: number): string {
  const at = new Date(atMs);
  const isThisYear = at.getFullYear() === new Date().getFullYear();
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) });
}

/** The moment to the second in the viewer's zone and in UTC. */
export function exactText(atMs: number): string {
  const at = new Date(atMs);
  const local = `${dateText(atMs)} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${local} · ${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
