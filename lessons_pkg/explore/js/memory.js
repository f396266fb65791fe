// The explorer of memory order: a small tensor, the line of memory that its numbers lie in, and both again after every
// view, reshape, permute, transpose and contiguous. One number is marked, in the tensor and in memory.
//
// Needs strides.js. data: {shape: [sizes]}, [2, 3, 4] if there is none.
(function (root) {
  "use strict";
  const Lessons = root.Lessons;
  const HUES = 6; // one for each row of the first tensor, in explorers.css

  Lessons.explorers.memory = function (place, data) {
    const { element } = Lessons;
    const { fresh, methods, refusal, indexOf, places, contiguous, tuple, signed, nested } = Lessons.memory;
    const first = data.shape || [2, 3, 4];
    const { line } = fresh(first);
    const start = [`torch.arange(${line.length})`, `.reshape(${first.join(", ")})`];
    const advice = "Choose an operation. Or move a slider below, and see which number lies where.";
    const history = [{ ...fresh(first), code: start, told: advice }];
    let refused = null;
    let marked = 1;
    const now = () => history[history.length - 1];

    // Operations: each row is a form, so that Enter works as well.
    const fields = {};
    const words = (name) => fields[name].value.split(/[\s,()[\]]+/).filter(Boolean);
    const row = (name, label, value, buttons) => {
      fields[name] = element("input", { type: "text", value, autocomplete: "off", spellcheck: "false" });
      const form = element("form", {}, [
        element("label", {}, [label, fields[name]]),
        ...buttons.map((method) => element("button", { type: "submit", value: method }, method)),
      ]);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const numbers = words(name).map(Number);
        const understood = numbers.length && numbers.every(Number.isInteger);
        apply((event.submitter || form.querySelector("button")).value, understood ? numbers : null, fields[name].value.trim());
      });
      return form;
    };
    const button = (text, act) => {
      const made = element("button", { type: "button" }, text);
      made.addEventListener("click", act);
      return made;
    };
    const back = button("back", () => {
      if (refused) refused = null;
      else history.pop();
      changed();
    });
    const again = button("start again", () => {
      refused = null;
      history.length = 1;
      changed();
    });
    const controls = element("div", { class: "lessons-operations" }, [
      row("shape", "shape", `${line.length / first[first.length - 1]}, ${first[first.length - 1]}`, ["view", "reshape"]),
      row("order", "order of axes", "", ["permute"]),
      row("pair", "two axes", "", ["transpose"]),
      element("div", {}, [button("contiguous", () => apply("contiguous", [])), back, again]),
    ]);

    const told = element("p", { class: "lessons-result" });
    const code = element("code");
    const facts = element("div", { class: "lessons-facts" });
    const tensor = element("div", { class: "lessons-blocks", role: "img" });
    const memory = element("div", { class: "lessons-line", role: "img" });
    const memoryTitle = element("h4");
    const where = element("p", { class: "lessons-where" });
    const slider = (act) => {
      const made = element("input", { type: "range", min: 0, max: line.length - 1, step: 1 });
      made.addEventListener("input", () => mark(now().line[act(Number(made.value))]));
      return made;
    };
    const reading = slider((n) => places(now())[n]);
    const inMemory = slider((p) => p);
    place.append(
      element("div", { class: "lessons-memory" }, [
        controls, told, element("p", { class: "lessons-chain" }, ["a = ", code]), facts,
        element("h4", {}, "The tensor a"), tensor, memoryTitle, memory,
        element("div", { class: "lessons-steps" }, [
          element("label", {}, ["walk in reading order", reading]), element("label", {}, ["walk along the memory", inMemory]),
        ]),
        where,
      ]),
    );
    const say = Lessons.announcer(place);
    const cell = (value, parts) =>
      element("span", { class: `lessons-cell lessons-hue-${Math.floor(value / first[first.length - 1]) % HUES}`, "data-value": value }, parts);
    for (const box of [tensor, memory])
      for (const [type, mine] of [["click", () => true], ["pointerover", (event) => event.pointerType === "mouse"]])
        box.addEventListener(type, (event) => {
          const found = event.target.closest("[data-value]");
          if (found && mine(event)) mark(Number(found.dataset.value));
        });

    function apply(method, numbers, typed = "") {
      refused = null;
      const called = `.${method}(${numbers ? numbers.join(", ") : typed})`;
      try {
        if (!numbers) throw refusal("here", "write whole numbers with commas between them, for example 6, 4.");
        const [next, words] = methods[method](now(), numbers);
        history.push({ ...next, code: [...now().code, called], told: `${called.slice(1)}: ${words}` });
      } catch (error) {
        if (!error.type) throw error;
        const who = error.type === "here" ? "Not done" : `torch refuses, ${error.type}`;
        refused = { type: error.type, told: `${called.slice(1)}: ${who}: ${error.message}` };
      }
      changed();
    }

    function changed(speak = true) {
      const a = now();
      const count = a.shape.length;
      const at = places(a);
      const indices = at.map((_, n) => indexOf(n, a.shape));
      told.textContent = (refused || a).told;
      told.classList.toggle("lessons-refused", Boolean(refused));
      code.replaceChildren(...a.code.flatMap((part) => [element("wbr"), part]));
      const whole = contiguous(a) ? "yes: reading order is memory order" : "no: reading order is not memory order";
      const entries = { shape: tuple(a.shape), strides: tuple(a.strides), contiguous: whole };
      facts.replaceChildren(...Object.entries(entries).map(([name, text]) => element("p", {}, [element("span", {}, name), " ", element("b", {}, text)])));
      if (!refused && words("order").length !== count) fields.order.value = a.shape.map((_, axis) => count - 1 - axis).join(", ");
      if (!fields.pair.value) fields.pair.value = "0, 1";
      back.disabled = again.disabled = history.length === 1 && !refused;

      const columns = a.shape[count - 1];
      const size = columns * (count > 1 ? a.shape[count - 2] : 1);
      const blocks = Array.from({ length: line.length / size }, (_, block) => {
        const outer = indices[block * size].slice(0, -2);
        const grid = element("div", { class: "lessons-block", style: `--columns: ${Math.min(12, columns)}` }, at.slice(block * size, (block + 1) * size).map((p) => cell(a.line[p], String(a.line[p]))));
        return element("div", {}, [element("p", {}, outer.length ? `a[${outer.join(", ")}]` : "a"), grid]);
      });
      tensor.replaceChildren(...blocks);
      tensor.setAttribute("aria-label", `The tensor: ${nested(at.map((p) => a.line[p]), a.shape)}`);
      memoryTitle.textContent = `Its memory${a.copies ? `, copy ${a.copies}` : ""}: above each number its place, below its index in a`;
      memory.replaceChildren(...a.line.map((value, p) => cell(value, [element("small", {}, String(p)), element("b", {}, String(value)), element("small", {}, indices[at.indexOf(p)].join(","))])));
      memory.setAttribute("aria-label", `Its memory: ${a.line.join(" ")}`);
      mark(marked);
      if (speak) say(`${told.textContent} Shape ${entries.shape}, strides ${entries.strides}, contiguous: ${whole}.`);
    }

    function mark(value) {
      marked = value;
      const a = now();
      const at = places(a);
      const p = a.line.indexOf(value);
      const n = at.indexOf(p);
      const index = indexOf(n, a.shape);
      for (const each of place.querySelectorAll("[data-value]")) each.classList.toggle("lessons-marked", Number(each.dataset.value) === value);
      const name = `a[${index.join(", ")}] = ${value}`;
      const sum = index.map((i, axis) => `${i}×${a.strides[axis]}`).join(" + ");
      const next = n + 1 < at.length ? ` The next in reading order lies at place ${at[n + 1]} (${signed(at[n + 1] - p)}).` : " It is the last in reading order.";
      where.textContent = `${name} lies at place ${sum} = ${p}.${next}`;
      [reading.value, inMemory.value] = [n, p];
      for (const each of [reading, inMemory]) each.setAttribute("aria-valuetext", `${name}, place ${p}`);
    }

    changed(false);
    place.lessons = {
      apply,
      mark,
      state: () => ({ ...now(), contiguous: contiguous(now()), places: places(now()), refused, marked, told: told.textContent }),
    }; // for tests, and for the curious
    return () => {};
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
