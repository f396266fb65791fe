// What all explorers share: elements, colours of the page, drawing an image, a place to announce values.
(function (root) {
  "use strict";
  const Lessons = (root.Lessons = root.Lessons || {});
  Lessons.data = Lessons.data || {};
  Lessons.explorers = Lessons.explorers || {};

  // element("p", {class: "x"}, ["text", child])
  Lessons.element = function (name, attributes = {}, children = []) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    for (const child of [].concat(children)) made.append(child);
    return made;
  };

  // Ink and paper of the page around an element, in either theme, on the page and in Jupyter.
  Lessons.colours = function (element) {
    const style = getComputedStyle(element.isConnected ? element : document.body); // before it is in the page it has none
    const first = (...names) => names.map((name) => style.getPropertyValue(name).trim()).find(Boolean);
    return {
      ink: first("--pst-color-text-base", "--jp-ui-font-color1") || style.color,
      faint: first("--pst-color-text-muted", "--jp-ui-font-color2") || "#767676",
      paper: first("--pst-color-background", "--jp-layout-color1") || "#ffffff",
      accent: first("--pst-color-primary", "--jp-brand-color1") || "#0b5fa5",
    };
  };

  // Call redraw when the page changes its theme; gives the function that ends it.
  Lessons.onTheme = function (redraw) {
    const observer = new MutationObserver(redraw);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme", "data-mode"] });
    observer.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
    return () => observer.disconnect();
  };

  // A canvas as sharp as the screen, drawn in its own units: width x height.
  Lessons.canvas = function (width, height, attributes = {}) {
    const ratio = Math.min(2, root.devicePixelRatio || 1);
    const canvas = Lessons.element("canvas", { width: width * ratio, height: height * ratio, ...attributes });
    canvas.getContext("2d").scale(ratio, ratio);
    return canvas;
  };

  // Grey values 0 to 1, row after row, into a canvas of rows x columns pixels.
  Lessons.drawImage = function (canvas, values, rows, columns) {
    if (canvas.width !== columns) [canvas.width, canvas.height] = [columns, rows];
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(columns, rows);
    for (let i = 0; i < rows * columns; i++) {
      pixels.data.fill(255 * Math.min(1, Math.max(0, values[i])), 4 * i, 4 * i + 3);
      pixels.data[4 * i + 3] = 255;
    }
    context.putImageData(pixels, 0, 0);
  };

  // Values for a screen reader, when they have come to rest.
  Lessons.announcer = function (parent) {
    const place = Lessons.element("p", { class: "lessons-spoken", "aria-live": "polite" });
    parent.append(place);
    let timer = 0;
    return (text) => {
      clearTimeout(timer);
      timer = setTimeout(() => (place.textContent = text), 400);
    };
  };

  // At most one drawing per frame, and none while nothing changes.
  Lessons.perFrame = function (draw) {
    let asked = false;
    return () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        draw();
      });
    };
  };

  // Every place of a built page that names an explorer gets it; the static picture in it is kept for paper.
  Lessons.start = function () {
    for (const place of document.querySelectorAll("[data-explorer]:not([data-started])")) {
      const make = Lessons.explorers[place.dataset.explorer];
      if (!make) continue;
      place.dataset.started = "";
      try {
        const made = Lessons.element("div", { class: "lessons-explorer" });
        make(made, Lessons.data[place.dataset.source] || {});
        const still = Lessons.element("div", { class: "lessons-still", hidden: "" }, [...place.childNodes]);
        place.replaceChildren(made, still);
      } catch (error) {
        console.error(`explorer ${place.dataset.explorer}: ${error}`); // the static picture stays
      }
    }
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
