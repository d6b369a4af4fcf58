/** Sets the theme that was chosen before; it runs before the first paint, so that nothing flashes. */
function setFirstTheme(): void {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
  } catch {}
}

setFirstTheme();
