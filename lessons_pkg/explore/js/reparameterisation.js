// The explorer of reparameterisation, in one dimension: samples z = mean + std * noise of q = N(mean, exp(log variance))
// that move while their noise stays, and the divergence KL(q || N(0, 1)) with its gradient, to be followed downhill.
//
// Needs gaussian.js. data: {samples, rate}: how many samples, the step size of gradient descent; 20 and 0.3 if not given.
(function (root) {
  "use strict";
  const Lessons = root.Lessons;

  Lessons.explorers.reparameterisation = function (place, data) {
    const { element } = Lessons;
    const { RANGES, WIDTH, HEIGHT, SIDE, normal, numbers, text, drawDensities, drawMap } = Lessons.gaussian;
    const count = data.samples || 20;
    const rate = data.rate || 0.3;
    const q = { mean: 1.5, logVar: -1.5, noise: normal(count, 1) };
    let seed = 1;
    let way = []; // where gradient descent came from
    const inside = (value, [low, high]) => Math.min(high, Math.max(low, value));

    const densities = Lessons.canvas(WIDTH, HEIGHT, { class: "lessons-densities", role: "img" });
    const map = Lessons.canvas(SIDE, SIDE, { class: "lessons-map", tabindex: "0", role: "application", "aria-label": "Map of the KL divergence: the mean from left to right, the log variance upwards. Arrow keys move the point." });
    const sliders = {};
    const labels = Object.entries({ mean: "mean μ", logVar: "log variance log σ²" }).map(([name, words]) => {
      const [min, max] = RANGES[name];
      const value = element("span", { class: "lessons-value" }); // an output here would take the label from the slider
      sliders[name] = { input: element("input", { type: "range", min, max, step: 0.01 }), value };
      sliders[name].input.addEventListener("input", () => move({ [name]: Number(sliders[name].input.value) }));
      return element("label", {}, [element("span", {}, [`${words} = `, value]), sliders[name].input]);
    });
    const button = (words, act) => {
      const made = element("button", { type: "button" }, words);
      made.addEventListener("click", act);
      return made;
    };
    const rows = { kl: "KL(q ‖ N(0, 1))", byMean: "its slope by μ", byLogVar: "its slope by log σ²", estimate: `KL, estimated by these ${count} samples` };
    const cells = {};
    const table = element("div", { class: "lessons-facts" }, Object.entries(rows).map(([name, words]) => {
      cells[name] = element("b");
      return element("p", {}, [element("span", {}, words), " ", cells[name]]);
    }));
    const trick = element("p", { class: "lessons-told" });
    const heading = (words) => element("h4", {}, words);
    place.append(element("div", { class: "lessons-row lessons-reparameterisation" }, [
      element("div", { class: "lessons-panel" }, [heading("q, and samples of it"), densities, ...labels, trick]),
      element("div", { class: "lessons-panel" }, [
        heading("KL divergence in nats"), map,
        element("div", { class: "lessons-buttons" }, [button("one gradient step", descend), button("new noise", renew)]),
        table,
      ]),
    ]));
    const say = Lessons.announcer(place);

    function draw() {
      const all = numbers(q);
      const colours = Lessons.colours(place);
      drawDensities(densities, colours, all);
      drawMap(map, colours, all, way, rate);
    }
    const redraw = Lessons.perFrame(draw);

    // Numbers at once, pictures with the next frame.
    function show(speak = true) {
      const all = numbers(q);
      for (const [name, { input, value }] of Object.entries(sliders)) {
        input.value = q[name];
        value.textContent = text(q[name]);
        input.setAttribute("aria-valuetext", text(q[name]));
      }
      cells.kl.textContent = `½μ² + ½(σ² − 1 − log σ²) = ${text(all.ofMean, 3)} + ${text(all.ofVariance, 3)} = ${text(all.kl, 3)} nats`;
      cells.byMean.textContent = `μ = ${text(all.gradient[0], 3)}`;
      cells.byLogVar.textContent = `½(σ² − 1) = ${text(all.gradient[1], 3)}`;
      cells.estimate.textContent = `mean of log q(z) − log p(z) = ${text(all.estimate, 3)} nats`;
      const [e, z] = [text(all.noise[0]), text(all.z[0])];
      trick.textContent = `The large point: z = μ + σε = ${text(q.mean)} + ${text(all.std)} × ${e} = ${z}. Its slope by μ is 1, by log σ² it is ½σε = ${text(all.slopes[0][1])}. The noise has none.`;
      densities.setAttribute("aria-label", `Density of q with mean ${text(q.mean)} and standard deviation ${text(all.std)} beside that of N(0, 1). ${count} samples of noise, each joined to its z.`);
      if (speak) say(`Mean ${text(q.mean)}, log variance ${text(q.logVar)}: KL ${text(all.kl, 3)} nats, slopes ${text(all.gradient[0], 3)} and ${text(all.gradient[1], 3)}.`);
      redraw();
    }
    function move(to, keep = false) {
      if (!keep) way = [];
      for (const name of ["mean", "logVar"]) if (name in to) q[name] = inside(to[name], RANGES[name]);
      show();
    }
    function descend() {
      const { gradient } = numbers(q);
      way.push([q.mean, q.logVar]);
      move({ mean: q.mean - rate * gradient[0], logVar: q.logVar - rate * gradient[1] }, true);
    }
    function renew() {
      q.noise = normal(count, ++seed);
      show();
    }
    function follow(event) {
      const box = map.getBoundingClientRect();
      const at = (part, [low, high]) => Math.round(100 * (low + part * (high - low))) / 100;
      move({ mean: at((event.clientX - box.left) / box.width, RANGES.mean), logVar: at(1 - (event.clientY - box.top) / box.height, RANGES.logVar) });
    }
    map.addEventListener("pointerdown", (event) => {
      map.setPointerCapture(event.pointerId);
      follow(event);
    });
    map.addEventListener("pointermove", (event) => event.buttons && follow(event));
    map.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 0.5 : 0.05;
      const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
      if (!by) return;
      event.preventDefault();
      move({ mean: q.mean + by[0], logVar: q.logVar + by[1] });
    });
    const ends = Lessons.onTheme(redraw);
    show(false);
    place.lessons = { move, descend, renew, rate, state: () => numbers(q) }; // for tests, and for the curious
    return ends;
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
