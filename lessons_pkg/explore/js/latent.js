// The latent explorer: a map of codes, the image decoded at one point of it, and how far the nearest code is.
//
// data: {classes: [name], colours: [css], size: [rows, columns], maps: [{name, spec, weights (base64), codes: [[z1, z2]],
// labels: [i], mean: [2], whitening: [[2], [2]], unit, radius}]}; unit: the median distance of fresh codes to their
// nearest code, in whitened space; beyond radius units lies a hole.
(function (root) {
  "use strict";
  const Lessons = root.Lessons;
  const SIDE = 300;

  function distance(map, z) {
    const white = (p) => {
      const x = p[0] - map.mean[0];
      const y = p[1] - map.mean[1];
      const w = map.whitening;
      return [w[0][0] * x + w[0][1] * y, w[1][0] * x + w[1][1] * y];
    };
    if (!map.white) map.white = map.codes.map(white);
    const [x, y] = white(z);
    let least = Infinity;
    let nearest = 0;
    map.white.forEach((code, i) => {
      const d = (code[0] - x) ** 2 + (code[1] - y) ** 2;
      if (d < least) [least, nearest] = [d, i];
    });
    return { units: Math.sqrt(least) / map.unit, nearest };
  }

  function panel(parent, data, map, say) {
    const { element } = Lessons;
    const xs = map.codes.map((z) => z[0]);
    const ys = map.codes.map((z) => z[1]);
    const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    const half = 0.55 * Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
    const toPixel = (z) => [(SIDE / 2) * (1 + (z[0] - middle[0]) / half), (SIDE / 2) * (1 - (z[1] - middle[1]) / half)];
    const toCode = (x, y) => [middle[0] + half * ((2 * x) / SIDE - 1), middle[1] - half * ((2 * y) / SIDE - 1)];
    const inside = (z) => z.map((value, i) => Math.min(middle[i] + half, Math.max(middle[i] - half, value)));
    const z = [map.codes[0][0], map.codes[0][1]];
    // The image of a code, given to show: here at once, or later by a map that brings decode(z, show) in place of spec
    // and weights (kernel.js).
    const decoder = map.decode ? null : Lessons.network(map.spec, Lessons.bytes(map.weights));
    const decode = map.decode || ((code, show) => show(decoder.run(code)));

    const label = `Map of the ${map.name}: ${map.codes.length} codes. Arrow keys move the point.`;
    const chart = Lessons.canvas(SIDE, SIDE, { class: "lessons-map", tabindex: "0", role: "application", "aria-label": label });
    const image = element("canvas", { class: "lessons-image", role: "img", "aria-label": "the decoded image" });
    const told = element("p", { class: "lessons-told" });
    const sliders = ["z₁", "z₂"].map((name, i) => {
      const slider = element("input", {
        type: "range", min: middle[i] - half, max: middle[i] + half, step: half / 100, "aria-label": `${map.name}, ${name}`,
      });
      slider.addEventListener("input", () => move(i === 0 ? [Number(slider.value), z[1]] : [z[0], Number(slider.value)]));
      return slider;
    });
    const holder = element("div", { class: "lessons-panel" }, [
      element("h4", {}, map.name), chart,
      element("div", { class: "lessons-side" }, [image, told, ...["z₁", "z₂"].map((name, i) => element("label", {}, [name, sliders[i]]))]),
    ]);
    parent.append(holder);

    // The cloud of codes is drawn once for each theme, the point over it at every move.
    let cloud = null;
    function drawCloud() {
      cloud = Lessons.canvas(SIDE, SIDE);
      const context = cloud.getContext("2d");
      const { faint } = Lessons.colours(holder);
      context.strokeStyle = faint;
      context.lineWidth = 0.5;
      const [x0, y0] = toPixel([0, 0]);
      context.strokeRect(0.25, 0.25, SIDE - 0.5, SIDE - 0.5);
      context.beginPath();
      context.moveTo(x0, 0);
      context.lineTo(x0, SIDE);
      context.moveTo(0, y0);
      context.lineTo(SIDE, y0);
      context.stroke();
      map.codes.forEach((code, i) => {
        context.fillStyle = data.colours[map.labels[i]];
        context.globalAlpha = 0.6;
        const [x, y] = toPixel(code);
        context.beginPath();
        context.arc(x, y, 1.6, 0, 7);
        context.fill();
      });
      nameClasses(context);
    }

    // Each class by its name, at the median of its codes; a little lower where two names would overlap.
    function nameClasses(context) {
      const { ink, paper } = Lessons.colours(holder);
      const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
      const taken = [];
      context.globalAlpha = 1;
      context.font = "600 11px sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineWidth = 3;
      context.lineJoin = "round";
      data.classes.forEach((name, label) => {
        const mine = map.codes.filter((_, i) => map.labels[i] === label);
        if (!mine.length) return;
        let [x, y] = toPixel([median(mine.map((z) => z[0])), median(mine.map((z) => z[1]))]);
        const width = context.measureText(name).width;
        x = Math.min(SIDE - width / 2 - 4, Math.max(width / 2 + 4, x));
        while (taken.some((other) => Math.abs(other.y - y) < 13 && Math.abs(other.x - x) < (other.width + width) / 2 + 4)) y += 4;
        taken.push({ x, y, width });
        context.strokeStyle = paper;
        context.strokeText(name, x, y);
        context.fillStyle = ink;
        context.fillText(name, x, y);
      });
    }

    let last = [];
    function draw() {
      if (!cloud) drawCloud();
      const context = chart.getContext("2d");
      const { ink } = Lessons.colours(holder);
      const { units, nearest } = distance(map, z);
      const hole = units > map.radius;
      context.clearRect(0, 0, SIDE, SIDE);
      context.drawImage(cloud, 0, 0, SIDE, SIDE);
      const [x, y] = toPixel(z);
      const [a, b] = toPixel(map.codes[nearest]);
      context.strokeStyle = context.fillStyle = ink;
      context.lineWidth = hole ? 2.5 : 1.5;
      context.beginPath();
      context.moveTo(a, b);
      context.lineTo(x, y);
      context.stroke();
      context.beginPath();
      context.arc(x, y, 7, 0, 7);
      context.stroke();
      decode([...z], (values) => {
        last = values;
        Lessons.drawImage(image, last, data.size[0], data.size[1]);
      });
      const where = hole ? "a hole" : "among codes";
      told.textContent = `z = (${z[0].toFixed(2)}, ${z[1].toFixed(2)}): ${units.toFixed(1)} units from the nearest code, ${where}`;
      holder.classList.toggle("lessons-hole", hole);
      sliders.forEach((slider, i) => (slider.value = z[i]));
      const name = data.classes[map.labels[nearest]];
      say(`${map.name}. ${told.textContent}. The nearest code is that of: ${name}.`);
    }
    const redraw = Lessons.perFrame(draw);

    function move(to) {
      [z[0], z[1]] = inside(to);
      redraw();
    }
    function follow(event) {
      const box = chart.getBoundingClientRect();
      move(toCode(((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE));
    }
    chart.addEventListener("pointerdown", (event) => {
      chart.setPointerCapture(event.pointerId);
      follow(event);
    });
    chart.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse" || event.buttons) follow(event);
    });
    chart.addEventListener("keydown", (event) => {
      const step = (event.shiftKey ? 10 : 2) * (half / 100);
      const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
      if (!by) return;
      event.preventDefault();
      move([z[0] + by[0], z[1] + by[1]]);
    });
    const ends = Lessons.onTheme(() => {
      cloud = null;
      redraw();
    });
    draw();
    return { move, end: ends, state: () => ({ z: [...z], image: Array.from(last), ...distance(map, z) }) };
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
