// Draw a digit: what an autoencoder and PCA make of it with a code of the same size.
//
// data: {nets: [{k, encoder, into, decoder, out}], pca, examples}; into, out: weights in base64; pca: the mean
// image and the directions, half precision, or nothing; examples: grey values of some digits, a byte each.
// rebuild(input, show), if given, takes the place of the networks and gives code and image to show; then nets is [{k}],
// and name is what its column is called.
(function (root) {
  "use strict";
  const Lessons = root.Lessons;
  const PAPER = 280; // the side of what is drawn on

  // Grey values (rows x columns) to 28 x 28 as in MNIST: the drawing in a box of 20 pixels, its centre of mass in the
  // middle (LeCun et al. 1998, appendix on the data). Empty paper stays empty.
  Lessons.centred = function (grey, width, height) {
    const out = new Float32Array(784);
    let [left, right, top, bottom] = [width, -1, height, -1];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (grey[y * width + x] > 0.05) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
    if (right < 0) return out;
    const pixel = Math.max(right - left + 1, bottom - top + 1) / 20; // of the drawing, for one of the image
    let [sum, cx, cy] = [0, 0, 0];
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const value = grey[y * width + x];
        sum += value;
        cx += value * (x + 0.5);
        cy += value * (y + 0.5);
      }
    [cx, cy] = [cx / sum, cy / sum];
    // Each pixel of the image is the mean of the paper below it, looked at in 5 x 5 places.
    for (let row = 0; row < 28; row++)
      for (let column = 0; column < 28; column++) {
        let value = 0;
        for (let i = 0; i < 25; i++) {
          const x = Math.floor(cx + (column - 14 + ((i % 5) + 0.5) / 5) * pixel);
          const y = Math.floor(cy + (row - 14 + (Math.floor(i / 5) + 0.5) / 5) * pixel);
          if (x >= 0 && x < width && y >= 0 && y < height) value += grey[y * width + x];
        }
        out[row * 28 + column] = value / 25;
      }
    return out;
  };

  Lessons.explorers.digits = function (place, data) {
    const { element } = Lessons;
    // Code and image of what is drawn: here at once, or later by an explorer that brings its own way (kernel.js).
    const nets = data.nets.map((net) => {
      if (data.rebuild) return { k: net.k, rebuild: data.rebuild };
      const encoder = Lessons.network(net.encoder, Lessons.bytes(net.into));
      const decoder = Lessons.network(net.decoder, Lessons.bytes(net.out));
      const rebuild = (input, show) => {
        const code = encoder.run(input);
        show(code, decoder.run(code));
      };
      return { k: net.k, rebuild };
    });
    const pca = data.pca && Lessons.halves(Lessons.bytes(data.pca));
    const examples = new Uint8Array(Lessons.bytes(data.examples));
    const chosen = { net: Math.min(2, nets.length - 1), example: 7, input: new Float32Array(784), drawn: false };

    const paper = element("canvas", { width: PAPER, height: PAPER, class: "lessons-paper", role: "img", "aria-label": "Paper to draw a digit on, with a finger or the mouse" });
    const clear = element("button", { type: "button" }, "Clear");
    const next = element("button", { type: "button" }, "Another digit");
    const slider = element("input", { type: "range", min: 0, max: nets.length - 1, step: 1, value: chosen.net, "aria-label": "numbers in the code" });
    const size = element("output", {});
    const columns = ["what the networks see", data.name || "autoencoder", ...(pca ? ["PCA"] : [])];
    const shown = columns.map((name) => {
      const image = element("canvas", { class: "lessons-image", role: "img", "aria-label": name });
      const told = element("figcaption", {});
      return { name, image, told, figure: element("figure", {}, [image, told]) };
    });
    const bars = Lessons.canvas(300, 60, { class: "lessons-bars", role: "img", "aria-label": "the numbers of the code" });
    place.append(
      element("div", { class: "lessons-row lessons-digits" }, [
        element("div", { class: "lessons-panel" }, [paper, element("p", { class: "lessons-buttons" }, [clear, next])]),
        element("div", { class: "lessons-panel" }, [
          element("p", { class: "lessons-size" }, ["numbers in the code: ", size]),
          ...(nets.length > 1 ? [slider] : []),
          element("div", { class: "lessons-three" }, shown.map((each) => each.figure)),
          bars,
        ]),
      ]),
    );
    const say = Lessons.announcer(place);
    const pen = paper.getContext("2d", { willReadFrequently: true });

    function projected(input, k) {
      const out = pca.slice(0, 784);
      const code = new Float32Array(k);
      for (let j = 0; j < k; j++) {
        const row = 784 * (j + 1);
        for (let i = 0; i < 784; i++) code[j] += pca[row + i] * (input[i] - pca[i]);
      }
      for (let j = 0; j < k; j++) for (let i = 0; i < 784; i++) out[i] += code[j] * pca[784 * (j + 1) + i];
      return out;
    }
    const error = (a, b) => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;

    let last = null;
    function draw(speaks) {
      const net = nets[chosen.net];
      const input = chosen.input;
      const flat = pca && projected(input, net.k);
      size.textContent = net.k;
      slider.setAttribute("aria-valuetext", `${net.k} numbers`);
      picture(0, input);
      if (flat) picture(2, flat, error(flat, input));
      net.rebuild(input, (code, rebuilt) => {
        last = { k: net.k, input, code, rebuilt, pca: flat, errors: [rebuilt, ...(flat ? [flat] : [])].map((values) => error(values, input)) };
        picture(1, rebuilt, last.errors[0]);
        drawBars(code);
        if (speaks) say([`A code of ${net.k} numbers`, ...shown.slice(1).map((each) => each.told.textContent)].join(". ") + ".");
      });
    }
    function picture(place, values, mse) {
      const { name, image, told } = shown[place];
      Lessons.drawImage(image, values, 28, 28);
      told.textContent = place ? `${name}: MSE ${mse.toFixed(4)}` : name;
    }
    function drawBars(code) {
      const context = bars.getContext("2d");
      const { ink, faint } = Lessons.colours(place);
      const most = Math.max(1e-6, ...code.map(Math.abs));
      context.clearRect(0, 0, 300, 60);
      context.fillStyle = ink;
      const wide = 300 / code.length;
      code.forEach((value, i) => context.fillRect(i * wide + 1, 30 - Math.max(0, (28 * value) / most), Math.max(1, wide - 2), (28 * Math.abs(value)) / most));
      context.fillStyle = faint;
      context.fillRect(0, 29.5, 300, 1);
    }
    const redraw = Lessons.perFrame(() => draw(true));
    const repaint = Lessons.perFrame(() => draw(false)); // nothing has changed

    function read() {
      const pixels = pen.getImageData(0, 0, PAPER, PAPER).data;
      const grey = new Float32Array(PAPER * PAPER);
      for (let i = 0; i < grey.length; i++) grey[i] = pixels[4 * i] / 255;
      chosen.input = Lessons.centred(grey, PAPER, PAPER);
      redraw();
    }
    function wipe() {
      pen.fillStyle = "#000";
      pen.fillRect(0, 0, PAPER, PAPER);
      chosen.drawn = false;
    }
    function show(number, after = redraw) {
      chosen.example = number % (examples.length / 784);
      chosen.input = Float32Array.from(examples.subarray(784 * chosen.example, 784 * (chosen.example + 1)), (value) => value / 255);
      const small = element("canvas", { width: 28, height: 28 });
      Lessons.drawImage(small, chosen.input, 28, 28);
      wipe();
      pen.imageSmoothingEnabled = true;
      pen.drawImage(small, 0, 0, PAPER, PAPER);
      after();
    }
    let from = null;
    const at = (event) => {
      const box = paper.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * PAPER, ((event.clientY - box.top) / box.height) * PAPER];
    };
    paper.addEventListener("pointerdown", (event) => {
      if (!event.isPrimary || event.button !== 0) return; // one finger, or the left button
      event.preventDefault();
      paper.setPointerCapture(event.pointerId);
      if (!chosen.drawn) wipe(); // the example goes with the first stroke
      chosen.drawn = true;
      from = at(event);
      stroke(from);
    });
    paper.addEventListener("pointermove", (event) => {
      if (!event.isPrimary) return;
      if (!(event.buttons & 1)) from = null; // let go where the paper could not see it
      if (from) stroke(at(event));
    });
    for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, () => (from = null));
    function stroke(to) {
      pen.strokeStyle = "#fff";
      pen.lineWidth = 22;
      pen.lineCap = "round";
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(to[0] + 0.01, to[1]); // a line without length is not drawn, and a tap is a dot
      pen.stroke();
      from = to;
      read();
    }
    clear.addEventListener("click", () => {
      wipe();
      chosen.drawn = true;
      read();
    });
    next.addEventListener("click", () => show(chosen.example + 1));
    slider.addEventListener("input", () => {
      chosen.net = Number(slider.value);
      redraw();
    });
    const end = Lessons.onTheme(repaint);
    show(chosen.example, () => draw(false));
    place.lessons = { state: () => last, show, redraw };
    return end;
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
