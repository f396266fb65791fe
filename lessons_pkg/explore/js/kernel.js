// In Jupyter only: an explorer whose answers come from the learner's own model in the kernel (explore/own.py).
//
//   Lessons.live("latent", place, model)     // model: anywidget's, with get, send, on and off
//
// A question is {id} and a buffer of float32 numbers; its answer is {id} and a buffer for each result, or {id, trouble}
// with a sentence. One question is under way at a time. Of those that come meanwhile only the newest is kept, so that a
// drag stays smooth however slow the model is, and the kernel is never left with work that nobody waits for.
(function (root) {
  "use strict";
  const Lessons = root.Lessons;
  const SOON = 400; // milliseconds; an image older than that is shown as one that waits
  const PATIENCE = 3000; // milliseconds of silence before it is told
  const SILENT =
    "The kernel has not answered for three seconds. If it is busy with another cell, the answer comes after that. " +
    "If it was stopped or started again, run this cell again.";
  const GONE = "This explorer has lost its kernel, and your model with it. Run this cell again, with those above it.";

  const numbers = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

  // ask(values, show): show gets the results, an array of numbers each.
  function questions(model, place) {
    const status = Lessons.element("p", { class: "lessons-status", role: "status" });
    place.append(status);
    // Views of one widget hear each other's answers; each counts from a place of its own.
    let count = Math.floor(Math.random() * 2 ** 40);
    let asked = null;
    let next = null;
    let timers = [];

    function told(words) {
      if (status.textContent !== words) status.textContent = words;
    }
    const mark = (waits) => place.classList.toggle("lessons-waiting", waits);
    function send(question) {
      asked = { ...question, id: ++count };
      timers = [setTimeout(() => mark(true), SOON), setTimeout(() => told(SILENT), PATIENCE)];
      try {
        model.send({ id: asked.id }, undefined, [Float32Array.from(asked.values).buffer]);
      } catch (error) {
        console.error(`explorer: ${error}`);
        settle(GONE);
      }
    }
    // What was asked is answered, or will never be.
    function settle(trouble) {
      timers.forEach(clearTimeout);
      asked = null;
      told(trouble);
      mark(Boolean(trouble)); // the image is still that of an earlier question
      if (!next) return;
      const question = next;
      next = null;
      send(question);
    }
    function heard(content, buffers) {
      if (!asked || !content || content.id !== asked.id) return;
      const { show } = asked;
      settle(content.trouble || "");
      if (!content.trouble) show(...buffers.map(numbers));
    }
    model.on("msg:custom", heard);
    return {
      ask(values, show) {
        if (asked) next = { values, show };
        else send({ values, show });
      },
      end() {
        timers.forEach(clearTimeout);
        model.off("msg:custom", heard);
      },
    };
  }

  Lessons.live = function (kind, place, model) {
    const inside = Lessons.element("div");
    place.append(inside);
    const data = { ...model.get("data") };
    const { ask, end } = questions(model, place);
    if (kind === "latent") data.maps = data.maps.map((map) => ({ ...map, decode: ask }));
    else data.rebuild = ask;
    place.append(Lessons.element("p", { class: "lessons-note" }, data.note || ""));
    const ends = Lessons.explorers[kind](inside, data);
    place.lessons = inside.lessons;
    return () => {
      end();
      ends();
    };
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
