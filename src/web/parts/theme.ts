import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const themes: readonly Theme[] = ["system", "light", "dark"];

function readChosen(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem("theme")) ?? "system";
  } catch {
    return "system";
  }
}

/** The chosen theme, remembered by the browser; charts draw again when `drawn` changes. */
export const theme = {
  chosen: signal<Theme>(readChosen()),
  drawn: signal(0),
  choose(next: Theme): void {
    theme.chosen.value = next;
    if (next === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = next;
    try {
      localStorage.setItem("theme", next);
    } catch {}
    theme.drawn.value += 1;
  },
  chooseNext(): void {
    theme.choose(themes[(themes.indexOf(theme.chosen.value) + 1) % themes.length] ?? "system");
  },
};

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  theme.drawn.value += 1;
});
