// The shape calculator: stack layers, change their settings, and see size, parameters and receptive field after each.
//
// data: {input: [C, H, W], layers: [{kind, ...settings}]}, what it starts with; the rules are in layers.js.
(function (root) {
  "use strict";
  const Lessons = root.Lessons;
  const LARGEST = 1024; // pixels a side, so that the page stays quick
  const MOST = 16; // layers
  // What a setting is called on the page, and the numbers it may have.
  const SETTINGS = {
    in: ["channels in", 1, 99999], out: ["channels out", 1, 99999], kernel: ["kernel", 1, 15], stride: ["stride", 1, 8],
    padding: ["padding", 0, 15], output_padding: ["output_padding", 0, 8], channels: ["channels", 1, 99999],
    height: ["height", 1, 512], width: ["width", 1, 512],
  };
  const settingsOf = (spec) => (spec.kind === "input" ? ["channels", "height", "width"] : Lessons.layerSettings[spec.kind]);
  const called = (spec, name) => (spec.kind === "Linear" ? SETTINGS[name][0].replace("channels", "features") : SETTINGS[name][0]);
  const times = (sizes) => sizes.join(" × ");
  const many = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
  const numbers = (shape) => shape.reduce((a, b) => a * b, 1);

  function button(words, act, attributes = {}) {
    const made = Lessons.element("button", { type: "button", ...attributes }, words);
    made.addEventListener("click", act);
    return made;
  }

  // A new layer that fits where it is put: a convolution keeps the size, a pool halves it, a transposed one doubles it.
  function fresh(kind, steps) {
    const { shape } = steps[steps.length - 1];
    const flat = numbers(shape);
    const image = shape.length === 3 ? shape : [1, 28, 28];
    const channels = { in: image[0], out: image[0] };
    const before = steps.map((step) => step.shape).filter((size) => size.length === 3 && numbers(size) === flat).pop();
    const [c, height, width] = before || [flat, 1, 1];
    return {
      kind,
      ...{
        Conv2d: { ...channels, kernel: 3, stride: 1, padding: 1 },
        MaxPool2d: { kernel: 2, stride: 2, padding: 0 },
        ConvTranspose2d: { ...channels, kernel: 2, stride: 2, padding: 0, output_padding: 0 },
        Linear: { in: flat, out: Math.min(32, flat) },
        Unflatten: { channels: c, height, width },
      }[kind],
    };
  }

  // One number with - and + beside it. The arrow keys do the same, so that the tab key skips them.
  function setting(spec, name, changed, say) {
    const [, low, high] = SETTINGS[name];
    const words = called(spec, name);
    const box = Lessons.element("input", { type: "number", min: low, max: high, inputmode: "numeric" });
    const hint = Lessons.element("span", { class: "lessons-hint" });
    const range = `${low} to ${high.toLocaleString("en")}`;
    const show = () => {
      if (box.value === "" || Number(box.value) !== spec[name]) box.value = spec[name];
      box.removeAttribute("aria-invalid");
      hint.textContent = "";
    };
    const leave = () => {
      const refused = box.hasAttribute("aria-invalid");
      show();
      if (refused) hint.textContent = `${spec[name]} stays: ${range}`;
    };
    const set = (value) => {
      if (!Number.isInteger(value) || value < low || value > high) {
        box.setAttribute("aria-invalid", "true");
        hint.textContent = range;
        return say(`${words}: a whole number from ${low} to ${high}`);
      }
      spec[name] = value;
      changed();
    };
    box.addEventListener("input", () => set(box.value === "" ? NaN : Number(box.value)));
    box.addEventListener("change", leave);
    const by = (step, sign) =>
      button(sign, () => set(Math.min(high, Math.max(low, spec[name] + step))), { tabindex: "-1", "aria-label": `${words}, ${step < 0 ? "less" : "more"}` });
    const label = Lessons.element("label", {}, [words, box]);
    return { node: Lessons.element("div", { class: "lessons-setting" }, [label, by(-1, "−"), by(1, "+"), hint]), show };
  }

  function glyph(kind) {
    const space = "http://www.w3.org/2000/svg";
    const svg = root.document.createElementNS(space, "svg");
    for (const [key, value] of Object.entries({ class: `lessons-glyph lessons-${kind}`, viewBox: "0 0 40 40", "aria-hidden": "true" }))
      svg.setAttribute(key, value);
    const path = (d) => {
      const made = root.document.createElementNS(space, "path");
      made.setAttribute("d", d);
      return made;
    };
    return { svg, draw: (all) => svg.replaceChildren(...all.map(path)) };
  }
  const rectangle = (x, y, width, height) => `M${x} ${y}h${width}v${height}h${-width}z`;

  // The size as sheets, one more for each doubling of the channels, up to six; features as one thin column.
  function sheets(shape, largest) {
    if (shape.length !== 3) return [rectangle(18, 3, 3, 34)];
    const [height, width] = shape.slice(1).map((size) => Math.max(1.5, (26 * size) / largest));
    const behind = Math.min(5, Math.round(Math.log2(shape[0])));
    const step = Math.min(2.2, 0.3 * Math.max(height, width) + 0.5);
    const [left, top] = [20 - (width + behind * step) / 2, 20 - (height - behind * step) / 2];
    return Array.from({ length: behind + 1 }, (_, i) => (behind - i) * step)
      .map((shift) => rectangle(left + shift, top - shift, width, height));
  }

  // How much of the image one number sees.
  function seen(field, image) {
    const unit = 34 / Math.max(image[1], image[2]);
    const centred = (height, width) => rectangle(20 - width / 2, 20 - height / 2, width, height);
    const part = field.map((size, axis) => Math.max(0, Math.min(size, image[1 + axis])) * unit);
    return [centred(image[1] * unit, image[2] * unit), centred(...part)];
  }

  // One line of the stack: what it is and what comes out; its settings open below it.
  function line(spec, act) {
    const { element } = Lessons;
    const [place, size, field] = [element("span", { class: "lessons-place" }), glyph("sheets"), glyph("seen")];
    const cells = ["lessons-layer", "lessons-shape", "lessons-count", "lessons-sees"].map((name) => element("span", { class: name }));
    const fields = settingsOf(spec).map((name) => setting(spec, name, act.changed, act.say));
    const refusal = element("p", { class: "lessons-refusal" });
    const head = button([place, size.svg, ...cells.slice(0, 3), field.svg, cells[3]], () => act.choose(item), { class: "lessons-head", "aria-expanded": "false" });
    const moves = spec.kind === "input" ? [] : [
      button("Move up", () => act.move(item, -1)), button("Move down", () => act.move(item, 1)), button("Remove", () => act.remove(item)),
    ];
    const open = element("div", { class: "lessons-open", role: "group" }, [...fields.map((each) => each.node), element("div", { class: "lessons-moves" }, moves)]);
    const node = element("li", {}, [head, refusal, open]);
    open.hidden = true;

    function update(i, trace, largest, last) {
      const step = trace.steps[i];
      const refused = trace.refused && trace.refused.place === i ? trace.refused : null;
      const words = spec.kind === "input" ? "input" : Lessons.layerWords(spec);
      place.textContent = i || "";
      cells[0].textContent = words;
      cells[1].textContent = step ? times(step.shape) : refused ? "impossible" : "not reached";
      cells[2].textContent = step && i ? many(step.parameters, "parameter") : "";
      cells[3].textContent = step && i ? `sees ${times(step.receptive_field)}` : "";
      size.draw(step ? sheets(step.shape, largest) : []);
      field.draw(step && i ? seen(step.receptive_field, trace.steps[0].shape) : []);
      node.classList.toggle("lessons-refused", Boolean(refused));
      refusal.replaceChildren(refused ? refused.message : "");
      if (refused && refused.fix)
        refusal.append(" ", button(`Take ${refused.fix.in} in`, () => act.mend(item, refused.fix)));
      open.setAttribute("aria-label", `${i ? `Layer ${i}, ` : ""}${words}: settings`);
      fields.forEach((each) => each.show());
      if (moves.length) [moves[0].disabled, moves[1].disabled] = [i === 1, i === last];
    }
    const item = { spec, node, head, open, moves, update };
    return item;
  }

  Lessons.explorers.shapes = function (place, data) {
    const { element } = Lessons;
    const say = Lessons.announcer(place);
    const list = element("ol", { class: "lessons-stack", "aria-label": "Layers, from the image on" });
    const sum = element("p", { class: "lessons-sum" });
    const code = element("code");
    const where = element("span", { class: "lessons-adding" });
    const act = { say, choose, move, remove, mend, changed: () => update() };
    const kinds = ["Conv2d", "MaxPool2d", "ConvTranspose2d", "Flatten", "Linear", "Unflatten"];
    const adding = kinds.map((kind) => button(kind, () => add(kind)));
    const tools = element("div", { class: "lessons-tools", role: "group" }, [where, ...adding]);
    const whole = [button("Start again", () => load(data) || update()), button("Remove all", () => load({ input: shape(), layers: [] }) || update())];
    const torch = element("details", {}, [element("summary", {}, "The same in PyTorch"), element("pre", {}, code)]);
    place.classList.add("lessons-shapes");
    const hint = element("p", { class: "lessons-sum" }, "Choose a line to change it.");
    place.append(tools, hint, list, sum, element("div", { class: "lessons-tools" }, whole), torch);

    let items = []; // the input, then the layers
    let chosen = null;
    let trace = null;
    const specs = () => items.slice(1).map((item) => item.spec);
    const shape = () => ["channels", "height", "width"].map((name) => items[0].spec[name]);

    function render() {
      trace = Lessons.trace(specs(), shape(), { largest: LARGEST });
      const { steps, refused } = trace;
      const largest = Math.max(...steps.filter((step) => step.shape.length === 3).flatMap((step) => step.shape.slice(1)));
      items.forEach((each, i) => each.update(i, trace, largest, items.length - 1));
      const after = items.indexOf(chosen);
      const there = after < 0 ? "Add at the end" : after ? `Add after layer ${after}` : "Add after the input";
      where.textContent = `${there}:`;
      tools.setAttribute("aria-label", there);
      adding.forEach((each) => (each.disabled = items.length > MOST));
      sum.textContent = refused ? `Stops at ${refused.message.split(/[,:]/)[0]}.` : summary(steps);
      code.textContent = Lessons.layerCode(specs());
    }
    function update(item = chosen) {
      render();
      const { steps, refused } = trace;
      const i = items.indexOf(item);
      const one = steps[i] && i > 0 ? `Layer ${i}, ${steps[i].layer}: ${times(steps[i].shape)}, ${many(steps[i].parameters, "parameter")}, sees ${times(steps[i].receptive_field)}. ` : "";
      say(refused ? `${one}${refused.message}` : `${one}${sum.textContent}`);
    }

    function summary(steps) {
      if (steps.length === 1) return "No layers yet.";
      const [first, last] = [steps[0], steps[steps.length - 1]].map((step) => step.shape);
      const counts = steps.map((step) => numbers(step.shape));
      const least = counts.indexOf(Math.min(...counts));
      const at = least ? `after layer ${least}` : "in the image itself";
      const back = times(first) === times(last) ? ", the shape of the image" : "";
      return `Out: ${times(last)}${back}. ${many(steps.reduce((all, step) => all + step.parameters, 0), "parameter")}. Fewest numbers: ${counts[least].toLocaleString("en")} ${at}; the image has ${counts[0].toLocaleString("en")}.`;
    }

    function choose(item) {
      chosen = chosen === item ? null : item;
      for (const each of items) {
        each.open.hidden = each !== chosen;
        each.head.setAttribute("aria-expanded", String(each === chosen));
      }
      render();
    }
    function arrange() {
      items.forEach((item, i) => list.children[i] !== item.node && list.insertBefore(item.node, list.children[i] || null));
    }
    function add(kind) {
      const at = chosen ? items.indexOf(chosen) + 1 : items.length;
      const item = line(fresh(kind, Lessons.trace(specs().slice(0, at - 1), shape(), { largest: LARGEST }).steps), act);
      items.splice(at, 0, item);
      arrange();
      chosen = null;
      choose(item);
      update();
      if (items.length > MOST) item.head.focus(); // the buttons that add are switched off now
    }
    function move(item, by) {
      const at = items.indexOf(item);
      items.splice(at + by, 0, ...items.splice(at, 1));
      arrange();
      update();
      const [up, down] = item.moves; // a node that is moved, or a button that is switched off, loses the focus
      [by < 0 ? up : down, by < 0 ? down : up].find((each) => !each.disabled).focus();
    }
    function remove(item) {
      const at = items.indexOf(item);
      items.splice(at, 1);
      item.node.remove();
      chosen = null;
      update();
      items[Math.min(at, items.length - 1)].head.focus();
    }
    function mend(item, fix) {
      Object.assign(item.spec, fix);
      update(item);
      item.head.focus();
    }
    function load(stack) {
      chosen = null;
      const [channels, height, width] = stack.input;
      items = [{ kind: "input", channels, height, width }, ...stack.layers].map((spec) => line({ ...spec }, act));
      list.replaceChildren(...items.map((item) => item.node));
      render();
    }

    load(data);
    place.lessons = { load, state: () => ({ input: shape(), layers: specs(), ...trace }) }; // for tests, and the curious
    return () => {};
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
