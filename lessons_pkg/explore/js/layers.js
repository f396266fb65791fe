// Sizes, parameters and receptive fields, layer by layer: lessons_pkg.shapes once more, with the same words.
//
//   const { steps, refused } = Lessons.trace(layers, [1, 28, 28]);
//
// layers: [{kind, ...settings}], kind the name of the torch layer, settings those of Lessons.layerSettings[kind]; all
// windows are square. steps: the input first, each {layer, shape, parameters, receptive_field: [height, width]}.
// refused: null, or {place, message, fix}: the layer at this place (from 1) cannot follow; fix: settings that could, if
// only the number of channels or features is wrong. steps then ends before it.
(function (root) {
  "use strict";
  const Lessons = (root.Lessons = root.Lessons || {});
  const product = (shape) => shape.reduce((a, b) => a * b, 1);
  // A shape in Python's words: (4, 7, 7), (196,)
  const tuple = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

  const convolution = ["in", "out", "kernel", "stride", "padding"];
  Lessons.layerSettings = {
    Conv2d: convolution,
    ConvTranspose2d: [...convolution, "output_padding"],
    MaxPool2d: ["kernel", "stride", "padding"],
    AvgPool2d: ["kernel", "stride", "padding"],
    Flatten: [],
    Linear: ["in", "out"],
    Unflatten: ["channels", "height", "width"],
    ReLU: [],
    Sigmoid: [],
    Tanh: [],
    Identity: [],
  };

  class Impossible extends Error {
    constructor(message, fix = null) {
      super(message);
      this.fix = fix;
    }
  }

  function needImage(state, name, channels) {
    const { shape } = state;
    if (shape.length !== 3)
      throw new Impossible(`${name} wants (C, H, W), but what comes has shape ${tuple(shape)}: is an Unflatten missing?`);
    if (channels !== undefined && shape[0] !== channels)
      throw new Impossible(`${name} wants ${channels} channels, but ${shape[0]} come`, { in: shape[0] });
  }

  // Each layer that moves places adds to state.back: from the first and last place seen after it to those before it.
  function window(layer, state, name, channels) {
    const { kernel, stride, padding } = layer;
    const sizes = state.shape.slice(1).map((size) => {
      const padded = size + 2 * padding;
      if (padded < kernel)
        throw new Impossible(
          `${name}: its window covers ${kernel}, but only ${padded} are there ` +
            `(size ${size}, padding ${padding} before and ${padding} after)`,
        );
      return Math.floor((padded - kernel) / stride) + 1;
    });
    state.shape = [channels, ...sizes];
    state.back.push(([first, last]) => [first * stride - padding, last * stride - padding + kernel - 1]);
  }

  function conv(layer, state, name) {
    needImage(state, name, layer.in);
    window(layer, state, name, layer.out);
  }

  function pool(layer, state, name) {
    needImage(state, name);
    const { kernel, padding } = layer;
    if (padding > Math.floor(kernel / 2))
      throw new Impossible(`${name}: padding ${padding} is more than half of the window (${kernel})`);
    window(layer, state, name, state.shape[0]);
  }

  function transposed(layer, state, name) {
    needImage(state, name, layer.in);
    const { kernel, stride, padding, output_padding: extra } = layer;
    if (extra >= Math.max(stride, 1))
      throw new Impossible(
        `${name}: output_padding ${extra} must be smaller than the stride (${stride}) or the dilation (1)`,
      );
    const sizes = state.shape.slice(1).map((size) => (size - 1) * stride - 2 * padding + kernel - 1 + extra + 1);
    state.shape = [layer.out, ...sizes];
    // Input place i reaches the output places i * stride - padding + 0 ... kernel - 1.
    state.back.push(([first, last]) => [
      Math.ceil((first + padding - kernel + 1) / stride),
      Math.floor((last + padding) / stride),
    ]);
    state.period *= stride;
  }

  function linear(layer, state, name) {
    const { shape } = state;
    if (shape[shape.length - 1] !== layer.in) {
      const missing = product(shape) === layer.in ? ": is a Flatten missing?" : "";
      const fix = shape.length === 1 ? { in: shape[0] } : null;
      throw new Impossible(`${name} wants ${layer.in} features, but what comes has shape ${tuple(shape)}${missing}`, fix);
    }
    if (shape.length !== 1)
      throw new Impossible(`${name} would work on each row of ${tuple(shape)} by itself: is a Flatten missing?`);
    state.shape = [layer.out];
    state.flattened = null;
    state.seesAll = true;
  }

  function flatten(layer, state) {
    if (state.shape.length === 3) state.flattened = state.shape;
    state.shape = [product(state.shape)];
  }

  function unflatten(layer, state, name) {
    const target = [layer.channels, layer.height, layer.width];
    const count = product(target);
    if (state.shape.length !== 1 || count !== state.shape[0])
      throw new Impossible(`${name}: ${tuple(state.shape)} cannot become ${tuple(target)}, which holds ${count} numbers`);
    if (state.flattened && tuple(state.flattened) !== tuple(target))
      throw new Impossible(
        `${name}: numbers of ${tuple(state.flattened)} read as ${tuple(target)}: what each sees is not known here`,
      );
    state.shape = target;
    state.flattened = null;
  }

  const unchanged = () => {};
  const rules = {
    Conv2d: conv, ConvTranspose2d: transposed, MaxPool2d: pool, AvgPool2d: pool, Linear: linear, Flatten: flatten,
    Unflatten: unflatten, ReLU: unchanged, Sigmoid: unchanged, Tanh: unchanged, Identity: unchanged,
  };

  // Height and width, in input pixels, of what one number can see inside a large image; borders do not cut it off.
  function receptiveField(state) {
    if (state.seesAll) return state.input.length === 3 ? state.input.slice(1) : [1, state.input[0]];
    const image = state.flattened || state.shape;
    if (image.length !== 3) return [1, 1];
    return image.slice(1).map((size) => {
      let longest = 0;
      for (let place = 0; place < Math.min(size, state.period); place++) {
        let seen = [place, place];
        for (let i = state.back.length - 1; i >= 0; i--) seen = state.back[i](seen);
        longest = Math.max(longest, seen[1] - seen[0] + 1);
      }
      return longest;
    });
  }

  function parameters(layer) {
    if (layer.kind === "Linear") return layer.in * layer.out + layer.out;
    return "out" in layer ? layer.in * layer.out * layer.kernel ** 2 + layer.out : 0;
  }

  // The layer in few words, with what differs from the usual only: "Conv2d 1-16, 3x3, padding 1"
  Lessons.layerWords = function (layer) {
    const words = "in" in layer ? [`${layer.in}-${layer.out}`] : [];
    if (layer.kernel) words.push(`${layer.kernel}x${layer.kernel}`);
    if (layer.kernel && layer.stride !== 1) words.push(`stride ${layer.stride}`);
    for (const name of ["padding", "output_padding"]) if (layer[name]) words.push(`${name} ${layer[name]}`);
    return `${layer.kind} ${words.join(", ")}`.trim();
  };

  // What to type for them: nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), ...)
  Lessons.layerCode = function (layers) {
    const usual = (layer, name) => (name !== "stride" ? 0 : /Pool/.test(layer.kind) ? layer.kernel : 1);
    const lines = layers.map((layer) => {
      const firsts = ["in", "out", "kernel"].filter((name) => name in layer).map((name) => layer[name]);
      const others = ["stride", "padding", "output_padding"].filter((name) => name in layer && layer[name] !== usual(layer, name));
      const inside = [...firsts, ...others.map((name) => `${name}=${layer[name]}`)];
      return `    nn.${layer.kind}(${layer.kind === "Unflatten" ? `1, (${layer.channels}, ${layer.height}, ${layer.width})` : inside.join(", ")}),\n`;
    });
    return lines.length ? `nn.Sequential(\n${lines.join("")})` : "nn.Sequential()";
  };

  // largest: a limit to the height and width that are followed, for a page that must stay quick.
  Lessons.trace = function (layers, input, { largest = Infinity } = {}) {
    const state = { input, shape: input, back: [], period: 1, flattened: null, seesAll: false };
    const steps = [];
    const refuse = (place, message, fix = null) => ({ steps, refused: { place, message, fix } });
    if (input.some((size) => size < 1))
      return refuse(0, `the input has shape ${tuple(input)}: every size must be at least 1`);
    steps.push({ layer: "input", shape: input, parameters: 0, receptive_field: [1, 1] });
    for (const [i, layer] of layers.entries()) {
      const name = `layer ${i + 1}, ${layer.kind}`;
      const rule = rules[layer.kind];
      if (!rule) return refuse(i + 1, `${name}: this calculator does not know that kind of layer`);
      try {
        rule(layer, state, name);
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        return refuse(i + 1, error.message, error.fix);
      }
      const { shape } = state;
      if (shape.some((size) => size < 1)) return refuse(i + 1, `${name}: nothing is left, the shape would be ${tuple(shape)}`);
      if (shape.length === 3 && Math.max(shape[1], shape[2]) > largest)
        return refuse(i + 1, `${name}: the shape would be ${tuple(shape)}, and this page stops at ${largest} pixels a side`);
      steps.push({ layer: Lessons.layerWords(layer), shape, parameters: parameters(layer), receptive_field: receptiveField(state) });
    }
    return { steps, refused: null };
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
