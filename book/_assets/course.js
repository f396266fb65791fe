// Before printing the light theme, for paper is white; afterwards what there was. (Folded answers open by themselves.)
(function () {
  "use strict";
  const page = document.documentElement;
  let theme = "";
  addEventListener("beforeprint", () => {
    theme = page.dataset.theme;
    page.dataset.theme = "light";
  });
  addEventListener("afterprint", () => (page.dataset.theme = theme));
})();

// A page opened from a folder may not read other files: search shows the pages' titles, without words around the match.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// A list of buttons says of which task each shows the solution.
addEventListener("load", () => {
  for (const solution of document.querySelectorAll("div.solution[id]")) {
    const title = document.querySelector(`#${solution.id.replace("answer", "task")} .admonition-title`);
    const button = solution.querySelector(".toggle-button");
    if (title && button) button.setAttribute("aria-label", `Solution to ${title.textContent.trim()}: show or hide`);
  }
});
