// Before printing: the light theme, and every folded answer open; afterwards all as it was.
(function () {
  "use strict";
  const page = document.documentElement;
  let restore = [];
  addEventListener("beforeprint", () => {
    const theme = page.dataset.theme;
    page.dataset.theme = "light"; // paper is white
    restore.push(() => (page.dataset.theme = theme));
    for (const fold of document.querySelectorAll("details:not([open]):not(.hide)")) {
      fold.open = true;
      restore.push(() => (fold.open = false));
    }
    for (const fold of document.querySelectorAll(".toggle-hidden")) {
      fold.classList.remove("toggle-hidden");
      restore.push(() => fold.classList.add("toggle-hidden"));
    }
  });
  addEventListener("afterprint", () => {
    for (const undo of restore.splice(0)) undo();
  });
})();

// A page opened from a folder may not read other files: search shows the pages' titles, without words around the match.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
