import { useKeys } from "./keyboard.ts";

/** Moves the focus among the elements marked `data-row`; Enter is what a focused link or button does anyway. */
function move(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at === -1 && step === -1 ? rows.length - 1 : at + step;
  const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** Binds `j` and `k` to the rows of a list. */
export function useListKeys(): void {
  useKeys([
    { keys: "j", what: "Next row", run: () => move(1) },
    { keys: "k", what: "Row before", run: () => move(-1) },
  ]);
}
