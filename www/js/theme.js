/** Light, dark, or as the system says. `boot.js` applies the choice before the first paint. */

/** @typedef {"system" | "light" | "dark"} Theme */

/** @returns {Theme} */
export function currentTheme() {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** @param {Theme} theme */
export function setTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (theme === "system") localStorage.removeItem("parley.theme");
    else localStorage.setItem("parley.theme", theme);
  } catch {
    // Without storage the choice lasts until the page is left.
  }
}
