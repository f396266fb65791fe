// A trained network in the browser: the layers of lessons_pkg.explore.export, run on one image or code at a time.
//
//   const decoder = Lessons.network(spec, bytes);   // bytes: ArrayBuffer of half-precision weights
//   decoder.run([0.3, -1.2]);                       // Float32Array, in torch's order (channels, rows, columns)
//
// Maps are kept with the channels last, so that the innermost loops walk through memory in order; where an activation
// is 0, as after a ReLU half of them are, its row of weights is skipped.
(function (root) {
  "use strict";
  const Lessons = (root.Lessons = root.Lessons || {});

  function fromHalf(bits) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }

  function numbers(bytes, start, count) {
    const view = new DataView(bytes, 2 * start, 2 * count);
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = fromHalf(view.getUint16(2 * i, true));
    return values;
  }

  // (first, second, k, k) in torch's order -> [row of the kernel][column][channel in][channel out]
  function kernel(values, channelsIn, channelsOut, k, inputFirst) {
    const out = new Float32Array(values.length);
    for (let i = 0; i < channelsIn; i++)
      for (let o = 0; o < channelsOut; o++)
        for (let y = 0; y < k; y++)
          for (let x = 0; x < k; x++) {
            const pair = inputFirst ? i * channelsOut + o : o * channelsIn + i;
            out[((y * k + x) * channelsIn + i) * channelsOut + o] = values[(pair * k + y) * k + x];
          }
    return out;
  }

  const makers = {
    linear(layer, bytes) {
      const weight = numbers(bytes, layer.weight, layer.in * layer.out);
      const bias = numbers(bytes, layer.bias, layer.out);
      return (x) => {
        const out = new Float32Array(layer.out);
        for (let o = 0; o < layer.out; o++) {
          let sum = bias[o];
          for (let i = 0, at = o * layer.in; i < layer.in; i++, at++) sum += weight[at] * x[i];
          out[o] = sum;
        }
        return out;
      };
    },
    relu: () => (x) => x.map((value) => (value > 0 ? value : 0)),
    leaky_relu: (layer) => (x) => x.map((value) => (value > 0 ? value : layer.slope * value)),
    sigmoid: () => (x) => x.map((value) => 1 / (1 + Math.exp(-value))),
    // torch's order of a map <-> channels last
    to_map(layer) {
      const [channels, height, width] = layer.shape;
      return (x) => {
        const out = new Float32Array(x.length);
        for (let c = 0; c < channels; c++)
          for (let p = 0; p < height * width; p++) out[p * channels + c] = x[c * height * width + p];
        return out;
      };
    },
    to_row(layer) {
      const [channels, height, width] = layer.shape;
      return (x) => {
        const out = new Float32Array(x.length);
        for (let c = 0; c < channels; c++)
          for (let p = 0; p < height * width; p++) out[c * height * width + p] = x[p * channels + c];
        return out;
      };
    },
    conv(layer, bytes) {
      const { in: channelsIn, out: channelsOut, k, stride, padding, from, to } = layer;
      const weight = kernel(numbers(bytes, layer.weight, channelsIn * channelsOut * k * k), channelsIn, channelsOut, k, false);
      const bias = numbers(bytes, layer.bias, channelsOut);
      return (x) => {
        const out = new Float32Array(to[0] * to[1] * channelsOut);
        for (let y = 0; y < to[0]; y++)
          for (let column = 0; column < to[1]; column++) {
            const target = (y * to[1] + column) * channelsOut;
            for (let o = 0; o < channelsOut; o++) out[target + o] = bias[o];
            for (let ky = 0; ky < k; ky++) {
              const iy = y * stride - padding + ky;
              if (iy < 0 || iy >= from[0]) continue;
              for (let kx = 0; kx < k; kx++) {
                const ix = column * stride - padding + kx;
                if (ix < 0 || ix >= from[1]) continue;
                add(out, target, x, (iy * from[1] + ix) * channelsIn, weight, (ky * k + kx) * channelsIn * channelsOut, channelsIn, channelsOut);
              }
            }
          }
        return out;
      };
    },
    conv_transpose(layer, bytes) {
      const { in: channelsIn, out: channelsOut, k, stride, padding, from, to } = layer;
      const weight = kernel(numbers(bytes, layer.weight, channelsIn * channelsOut * k * k), channelsIn, channelsOut, k, true);
      const bias = numbers(bytes, layer.bias, channelsOut);
      return (x) => {
        const out = new Float32Array(to[0] * to[1] * channelsOut);
        for (let p = 0; p < to[0] * to[1]; p++) out.set(bias, p * channelsOut);
        for (let iy = 0; iy < from[0]; iy++)
          for (let ix = 0; ix < from[1]; ix++)
            for (let ky = 0; ky < k; ky++) {
              const y = iy * stride - padding + ky;
              if (y < 0 || y >= to[0]) continue;
              for (let kx = 0; kx < k; kx++) {
                const column = ix * stride - padding + kx;
                if (column < 0 || column >= to[1]) continue;
                add(out, (y * to[1] + column) * channelsOut, x, (iy * from[1] + ix) * channelsIn, weight, (ky * k + kx) * channelsIn * channelsOut, channelsIn, channelsOut);
              }
            }
        return out;
      };
    },
  };

  // out[target ...] += x[source ...] times the matrix (channelsIn, channelsOut) at weight[matrix ...]; four rows at once,
  // so that out is read and written a quarter as often
  function add(out, target, x, source, weight, matrix, channelsIn, channelsOut) {
    const next = (i) => {
      while (i < channelsIn && x[source + i] === 0) i++;
      return i;
    };
    for (let i = next(0); i < channelsIn; ) {
      const j = next(i + 1);
      const k = next(j + 1);
      const l = next(k + 1);
      const a = x[source + i];
      const b = j < channelsIn ? x[source + j] : 0;
      const c = k < channelsIn ? x[source + k] : 0;
      const d = l < channelsIn ? x[source + l] : 0;
      const ra = matrix + i * channelsOut;
      const rb = b ? matrix + j * channelsOut : ra;
      const rc = c ? matrix + k * channelsOut : ra;
      const rd = d ? matrix + l * channelsOut : ra;
      for (let o = 0; o < channelsOut; o++)
        out[target + o] += a * weight[ra + o] + b * weight[rb + o] + c * weight[rc + o] + d * weight[rd + o];
      i = next(l + 1);
    }
  }

  Lessons.network = function (spec, bytes) {
    const steps = spec.layers.map((layer) => {
      if (!makers[layer.op]) throw new Error(`no layer ${layer.op} here`);
      return makers[layer.op](layer, bytes);
    });
    return { run: (input) => steps.reduce((x, step) => step(x), Float32Array.from(input)) };
  };

  // All half-precision numbers of an ArrayBuffer.
  Lessons.halves = (bytes) => numbers(bytes, 0, bytes.byteLength / 2);

  Lessons.bytes = function (base64) {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
  };
})(typeof globalThis !== "undefined" ? globalThis : this);
