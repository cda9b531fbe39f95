const KEPT = "voice-console-theme";

/** Light or dark: as the system says until somebody chooses. */
export function theme(button) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    const chosen = localStorage.getItem(KEPT) ?? (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = chosen;
    button.setAttribute("aria-pressed", String(chosen === "dark"));
    document.dispatchEvent(new Event("themechange"));
  }

  button.addEventListener("click", () => {
    localStorage.setItem(KEPT, document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    apply();
  });
  dark.addEventListener("change", apply);
  apply();
}
