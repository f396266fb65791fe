// A picture that moves: on each map a point walks in straight lines from garment to garment, easing into every stop,
// and beside the map the decoded image changes with it. A button stops it; out of sight it stops by itself.
//
// data: as for latent.js, and stops: [label], one for each place in maps[i].stops: [[z1, z2]].
(function (root) {
  "use strict";
  const Lessons = root.Lessons;
  const SIDE = 190;
  const LEG = 4000; // milliseconds from stop to stop
  const REST = 800; // of these, at the stop
  const TICK = 25; // the point moves 40 times a second on every screen, so that a second round needs no decoder
  const LONGEST_STEP = 100; // milliseconds: after a pause of the page the point goes on where it was

  // Where one is after so many milliseconds: from stop a, the share t of the way to the next.
  function placeAt(time, stops) {
    const tick = TICK * Math.floor(time / TICK);
    const a = Math.floor(tick / LEG) % stops;
    const x = Math.max(0, (tick % LEG) - REST) / (LEG - REST);
    return { a, b: (a + 1) % stops, t: x * x * (3 - 2 * x) };
  }

  function panel(parent, data, map) {
    const { element, maps } = Lessons;
    const square = maps.chart(map, SIDE);
    const decoder = Lessons.network(map.spec, Lessons.bytes(map.weights));
    const label = `Map of the ${map.name}: ${map.codes.length} codes of training images, and a point that moves between codes of test images.`;
    const chart = Lessons.canvas(SIDE, SIDE, { class: "lessons-map", role: "img", "aria-label": label });
    const image = element("canvas", { class: "lessons-image", role: "img", "aria-label": `What the ${map.name}'s decoder makes of the point` });
    const told = element("p", { class: "lessons-told" });
    const holder = element("div", { class: "lessons-panel" }, [
      element("p", { class: "lessons-name" }, map.name), chart, element("div", { class: "lessons-side" }, [image, told]),
    ]);
    parent.append(holder);

    let colours = null; // of the theme, and the cloud in them
    let cloud = null;
    const last = {};
    const decoded = new Map(); // by the place on the walk
    function decode({ a, t }, z) {
      const key = a + t / 2;
      if (!decoded.has(key)) decoded.set(key, decoder.run(z));
      return decoded.get(key);
    }
    function draw(at) {
      const { a, b, t } = at;
      colours = colours || Lessons.colours(holder);
      cloud = cloud || maps.cloud(map, square, data.colours, colours, 1);
      const [from, to] = [map.stops[a], map.stops[b]];
      const z = from.map((value, i) => value + t * (to[i] - value));
      const found = maps.distance(map, z);
      const context = chart.getContext("2d");
      context.clearRect(0, 0, SIDE, SIDE);
      context.drawImage(cloud, 0, 0, SIDE, SIDE);
      context.strokeStyle = colours.ink;
      context.lineWidth = 1;
      context.setLineDash([3, 3]);
      context.beginPath();
      context.moveTo(...square.toPixel(from));
      context.lineTo(...square.toPixel(to));
      context.stroke();
      context.setLineDash([]);
      const below = (stop) => ({ name: data.classes[data.stops[stop]], z: square.toCode(...under(map.stops[stop])) });
      maps.names(context, square, [below(a), below(b)], colours);
      maps.point(context, square, map, z, found, colours);
      Object.assign(last, found, { z, image: decode(at, z) });
      Lessons.drawImage(image, last.image, data.size[0], data.size[1]);
      const words = found.hole ? "in a hole" : "among codes";
      if (told.textContent !== words) told.textContent = words;
      holder.classList.toggle("lessons-hole", found.hole);
    }
    // A name stands below its stop, not upon it; at the lower edge above it.
    function under(z) {
      const [x, y] = square.toPixel(z);
      return [x, y + (y > SIDE - 26 ? -15 : 15)];
    }
    return {
      draw,
      repaint: () => (colours = cloud = null),
      words: () => `${map.name}: ${told.textContent}`,
      state: () => ({ ...last, image: Array.from(last.image) }),
    };
  }

  Lessons.explorers.walk = function (place, data) {
    const { element } = Lessons;
    if ((data.stops || []).length < 2) throw new Error("a walk needs two stops or more");
    const row = element("div", { class: "lessons-row" });
    const button = element("button", { type: "button" });
    const legs = element("p", { class: "lessons-legs" });
    place.classList.add("lessons-walking");
    place.append(row, element("div", { class: "lessons-play" }, [button, legs]));
    const say = Lessons.announcer(place);
    const panels = data.maps.map((map) => panel(row, data, map));
    const still = root.matchMedia("(prefers-reduced-motion: reduce)");

    let time = 0;
    let wanted = !still.matches; // by the reader
    let seen = false; // in the window
    let frame = 0;
    let before = null;
    let drawn = "";
    let count = 0; // of drawings

    function draw() {
      const at = placeAt(time, data.stops.length);
      const now = `${at.a} ${at.t}`;
      if (now === drawn) return; // at a stop nothing moves
      drawn = now;
      count += 1;
      panels.forEach((each) => each.draw(at));
      const words = `${data.classes[data.stops[at.a]]} → ${data.classes[data.stops[at.b]]}`;
      if (legs.textContent !== words) legs.textContent = words;
    }
    function step(now) {
      if (before !== null) time += Math.min(LONGEST_STEP, now - before);
      before = now;
      draw();
      frame = requestAnimationFrame(step);
    }
    // Moves exactly while it is wanted, in sight, and in a tab that is shown; otherwise nothing runs at all.
    function update() {
      const runs = wanted && seen && !document.hidden;
      if (runs && !frame) {
        before = null;
        frame = requestAnimationFrame(step);
      } else if (!runs && frame) {
        cancelAnimationFrame(frame);
        frame = 0;
      }
      button.replaceChildren(element("span", { "aria-hidden": "true" }, wanted ? "❚❚" : "▶"), wanted ? " Pause" : " Play");
    }
    function want(value) {
      wanted = value;
      update();
    }
    button.addEventListener("click", () => {
      want(!wanted);
      say(wanted ? "" : `${legs.textContent}. ${panels.map((each) => each.words()).join("; ")}.`);
    });
    const onMotion = () => still.matches && want(false);
    still.addEventListener("change", onMotion);
    document.addEventListener("visibilitychange", update);
    const sight = new IntersectionObserver((entries) => {
      seen = entries[entries.length - 1].isIntersecting;
      update();
    });
    sight.observe(row);
    const ends = Lessons.onTheme(Lessons.perFrame(() => {
      panels.forEach((each) => each.repaint());
      drawn = "";
      draw();
    }));
    update();
    draw();
    const go = (to) => ((time = to), draw());
    place.lessons = { go, LEG, REST, placeAt, state: () => panels.map((each) => each.state()), runs: () => frame !== 0, count: () => count, time: () => time }; // for tests, and for the curious
    return () => {
      wanted = false;
      update();
      still.removeEventListener("change", onMotion);
      document.removeEventListener("visibilitychange", update);
      sight.disconnect();
      ends();
    };
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
