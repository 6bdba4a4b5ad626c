// Runs before the first paint, so that a chosen theme never flashes, and outside the module
// graph, so that it can still speak when that graph does not load.

(() => {
  try {
    const theme = localStorage.getItem("parley.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // A browser that forbids storage gets the system's theme.
  }

  addEventListener(
    "error",
    (event) => {
      const target = event.target;
      if (!(target instanceof HTMLScriptElement)) return;
      const note = document.querySelector(".boot-note");
      if (!note) return;
      note.setAttribute("role", "alert");
      note.textContent =
        "The chat could not be loaded. Is the package built? Run “npm run build”, then reload.";
    },
    true,
  );
})();
