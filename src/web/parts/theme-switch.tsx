import { theme, type Theme } from "./theme.ts";

const icons: Readonly<Record<Theme, string>> = { system: "◐", light: "○", dark: "●" };

/** Goes round system, light, dark. */
export function ThemeSwitch() {
  const chosen = theme.chosen.value;
  return (
    <button type="button" class="btn btn-ghost btn-sm" title={`Theme: ${chosen}`} aria-label={`Theme: ${chosen}. Change`} onClick={() => theme.chooseNext()}>
      <span aria-hidden="true">{icons[chosen]}</span>
    </button>
  );
}
