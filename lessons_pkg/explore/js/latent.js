// The latent explorer: a map of codes, the image decoded at one point of it, and how far the nearest code is.
//
// data: {classes: [name], colours: [css], size: [rows, columns], maps: [{name, spec, weights (base64), codes: [[z1, z2]],
// labels: [i], mean: [2], whitening: [[2], [2]], unit, radius}]}: see maps.js.
(function (root) {
  "use strict";
  const Lessons = root.Lessons;
  const SIDE = 300;

  // Each class that has codes, by its name, at the median of its codes.
  function classNames(data, map) {
    const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    return data.classes.flatMap((name, label) => {
      const mine = map.codes.filter((_, i) => map.labels[i] === label);
      return mine.length ? [{ name, z: [0, 1].map((axis) => median(mine.map((code) => code[axis]))) }] : [];
    });
  }

  function panel(parent, data, map, say) {
    const { element, maps } = Lessons;
    const square = maps.chart(map, SIDE);
    const { middle, half, toCode, inside } = square;
    const names = classNames(data, map);
    const near = (a, b) => Math.hypot(...square.toPixel(a).map((place, i) => place - square.toPixel(b)[i])) < 40;
    const z = [...(map.codes.find((code) => !names.some((name) => near(name.z, code))) || map.codes[0])]; // beside the names
    // The image of a code, given to show: here at once, or later by a map that brings decode(z, show) in place of spec
    // and weights (kernel.js).
    const decoder = map.decode ? null : Lessons.network(map.spec, Lessons.bytes(map.weights));
    const decode = map.decode || ((code, show) => show(decoder.run(code)));

    const label = `Map of the ${map.name}: ${map.codes.length} codes. Arrow keys move the point.`;
    const chart = Lessons.canvas(SIDE, SIDE, { class: "lessons-map", tabindex: "0", role: "application", "aria-label": label, title: "A click holds the point, another lets it follow the mouse." });
    const image = element("canvas", { class: "lessons-image", role: "img", "aria-label": "the decoded image" });
    const told = element("p", { class: "lessons-told" });
    const sliders = ["z₁", "z₂"].map((name, i) => {
      const slider = element("input", {
        type: "range", min: middle[i] - half, max: middle[i] + half, step: half / 100, "aria-label": `${map.name}, ${name}`,
      });
      slider.addEventListener("input", () => hold(i === 0 ? [Number(slider.value), z[1]] : [z[0], Number(slider.value)]));
      return slider;
    });
    const holder = element("div", { class: "lessons-panel" }, [
      element("h4", {}, map.name), chart,
      element("div", { class: "lessons-side" }, [image, told, ...["z₁", "z₂"].map((name, i) => element("label", {}, [name, sliders[i]]))]),
    ]);
    parent.append(holder);

    // The cloud of codes is drawn once for each theme, with each class's name at the median of its codes.
    let cloud = null;
    function drawCloud(colours) {
      cloud = maps.cloud(map, square, data.colours, colours);
      maps.names(cloud.getContext("2d"), square, names, colours);
    }

    let last = [];
    function draw(speaks = true) {
      const colours = Lessons.colours(holder);
      if (!cloud) drawCloud(colours);
      const context = chart.getContext("2d");
      const found = maps.distance(map, z);
      const { units, nearest, hole } = found;
      context.clearRect(0, 0, SIDE, SIDE);
      context.drawImage(cloud, 0, 0, SIDE, SIDE);
      maps.point(context, square, map, z, found, colours);
      decode([...z], (values) => {
        last = values;
        Lessons.drawImage(image, last, data.size[0], data.size[1]);
      });
      const where = hole ? "a hole" : "among codes";
      told.textContent = `z = (${z[0].toFixed(2)}, ${z[1].toFixed(2)}): ${units.toFixed(1)} units from the nearest code, ${where}`;
      holder.classList.toggle("lessons-hole", hole);
      sliders.forEach((slider, i) => {
        slider.value = z[i];
        slider.setAttribute("aria-valuetext", z[i].toFixed(2));
      });
      const name = data.classes[map.labels[nearest]];
      if (speaks) say(`${map.name}. ${told.textContent}. The nearest code is that of: ${name}.`);
    }
    const redraw = Lessons.perFrame(() => draw());
    const repaint = Lessons.perFrame(() => draw(false)); // nothing has moved

    // The point follows the mouse until a click, a drag, a key or a slider puts it somewhere.
    let held = false;
    let pressed = null; // where the pointer went down, and whether the point was held then
    function move(to) {
      [z[0], z[1]] = inside(to);
      redraw();
    }
    function hold(to) {
      held = true;
      move(to);
    }
    function follow(event) {
      const box = chart.getBoundingClientRect();
      move(toCode(((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE));
    }
    chart.addEventListener("pointerdown", (event) => {
      chart.setPointerCapture(event.pointerId);
      pressed = { x: event.clientX, y: event.clientY, held };
      follow(event);
    });
    chart.addEventListener("pointermove", (event) => {
      if (event.buttons || (event.pointerType === "mouse" && !held)) follow(event);
    });
    chart.addEventListener("pointerup", (event) => {
      if (!pressed) return;
      held = !pressed.held || Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > 4; // a drag holds always
      pressed = null;
    });
    chart.addEventListener("keydown", (event) => {
      const step = (event.shiftKey ? 10 : 2) * (half / 100);
      const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
      if (!by) return;
      event.preventDefault();
      hold([z[0] + by[0], z[1] + by[1]]);
    });
    const ends = Lessons.onTheme(() => {
      cloud = null;
      repaint();
    });
    draw(false);
    return { move, end: ends, state: () => ({ z: [...z], image: Array.from(last), ...maps.distance(map, z) }) };
  }

  Lessons.explorers.latent = function (place, data) {
    const row = Lessons.element("div", { class: "lessons-row" });
    place.append(row);
    const say = Lessons.announcer(place);
    const panels = data.maps.map((map) => panel(row, data, map, say));
    place.lessons = panels; // for tests, and for the curious
    return () => panels.forEach((each) => each.end());
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
