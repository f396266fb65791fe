// How a tensor lies in memory, and what view, reshape, permute, transpose and contiguous do to it. The arithmetic is
// torch's; where torch refuses, so does this, and says why.
//
// A tensor here: {shape, strides, line, copies}; line: its numbers as they lie in memory, copies: how many lines before
// this one. An operation gives [tensor, words], or throws an error with a type: torch's, or "here" beyond AXES axes.
(function (root) {
  "use strict";
  const Lessons = (root.Lessons = root.Lessons || {});
  const AXES = 4;

  const tuple = (sizes) => `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;
  const signed = (number) => (number < 0 ? `−${-number}` : `+${number}`);
  function nested(values, shape) {
    if (!shape.length) return String(values[0]);
    const size = values.length / shape[0];
    const parts = Array.from({ length: shape[0] }, (_, i) => nested(values.slice(i * size, (i + 1) * size), shape.slice(1)));
    return `[${parts.join(", ")}]`;
  }

  const product = (sizes) => sizes.reduce((a, b) => a * b, 1);
  const rowMajor = (shape) => shape.map((_, axis) => product(shape.slice(axis + 1)));
  const indexOf = (n, shape) => rowMajor(shape).map((step, axis) => Math.floor(n / step) % shape[axis]);
  const placeOf = (index, strides) => index.reduce((sum, i, axis) => sum + i * strides[axis], 0);
  // Where in memory each number lies, the numbers in reading order: row by row, the last axis fastest.
  const places = (a) => a.line.map((_, n) => placeOf(indexOf(n, a.shape), a.strides));
  const contiguous = (a) => rowMajor(a.shape).every((step, axis) => a.shape[axis] === 1 || a.strides[axis] === step);
  const copied = (a) => ({ ...a, strides: rowMajor(a.shape), line: places(a).map((p) => a.line[p]), copies: a.copies + 1 });

  function refusal(type, why) {
    return Object.assign(new Error(why), { type });
  }

  function newShape(sizes, count) {
    const open = sizes.filter((size) => size === -1).length;
    if (open > 1) throw refusal("RuntimeError", "only one size can be -1, the one to be worked out.");
    if (sizes.some((size) => size < -1)) throw refusal("RuntimeError", "a size cannot be negative.");
    const known = product(sizes.filter((size) => size !== -1));
    if (open ? known === 0 || count % known : known !== count) {
      const asked = open ? `sizes that make ${known}, and -1,` : `${known} numbers`;
      throw refusal("RuntimeError", `shape ${tuple(sizes)} asks for ${asked} but the tensor has ${count}.`);
    }
    if (sizes.length > AXES) throw refusal("here", `this picture draws at most ${AXES} axes. torch would do it.`);
    return sizes.map((size) => (size === -1 ? count / known : size));
  }

  // Strides that read the same line in the same order in another shape; null where there are none. As torch does it:
  // axes that lie in memory as one piece are a chunk, and each chunk is divided anew by itself.
  function viewStrides({ shape, strides }, wanted) {
    const answer = [];
    let axis = wanted.length - 1;
    let base = strides[strides.length - 1];
    let old = 1;
    let made = 1;
    for (let d = shape.length - 1; d >= 0; d--) {
      old *= shape[d];
      if (d > 0 && (shape[d - 1] === 1 || strides[d - 1] === old * base)) continue;
      for (; axis >= 0 && (made < old || wanted[axis] === 1); axis--) {
        answer[axis] = made * base;
        made *= wanted[axis];
      }
      if (made !== old) return null;
      if (d > 0) [base, old, made] = [strides[d - 1], 1, 1];
    }
    return axis === -1 ? answer : null;
  }

  // Two steps along one axis of the wanted shape that would have to be of different length.
  function whyNot(a, wanted) {
    const at = places(a);
    const steps = rowMajor(wanted);
    for (let axis = wanted.length - 1; axis >= 0; axis--) {
      const starts = at.map((_, n) => n).filter((n) => indexOf(n, wanted)[axis] + 1 < wanted[axis]);
      const jump = (n) => at[n + steps[axis]] - at[n];
      const other = starts.find((n) => jump(n) !== jump(starts[0]));
      if (other === undefined) continue;
      const one = (n) => `from place ${at[n]} to ${at[n + steps[axis]]} (${signed(jump(n))})`;
      return `One step along axis ${axis} of ${tuple(wanted)} would go ${one(starts[0])}, but also ${one(other)}. A stride is one number.`;
    }
    return "";
  }

  function axisOf(number, count) {
    if (number < -count || number >= count) throw refusal("IndexError", `no axis ${number}: ${count === 1 ? "there is axis 0 only" : `the axes are 0 to ${count - 1}`}.`);
    return number < 0 ? number + count : number;
  }

  function permuted(a, order) {
    return { ...a, shape: order.map((axis) => a.shape[axis]), strides: order.map((axis) => a.strides[axis]) };
  }

  const SAME = "The line of memory stays as it is";
  const methods = {
    view(a, sizes) {
      const shape = newShape(sizes, a.line.length);
      const strides = viewStrides(a, shape);
      if (!strides) throw refusal("RuntimeError", `no strides read this line so. ${whyNot(a, shape)} reshape would copy.`);
      return [{ ...a, shape, strides }, `${SAME}: it is read in the same order, in another shape.`];
    },
    reshape(a, sizes) {
      const shape = newShape(sizes, a.line.length);
      const strides = viewStrides(a, shape);
      if (strides) return [{ ...a, shape, strides }, `${SAME}: view can do this, so reshape is view.`];
      return [{ ...copied(a), shape, strides: rowMajor(shape) }, `A copy: view would refuse. ${whyNot(a, shape)} So the numbers are written into a new line, in reading order.`];
    },
    permute(a, order) {
      const count = a.shape.length;
      if (order.length !== count) throw refusal("RuntimeError", `name each axis once: there are ${count}, not ${order.length}.`);
      const axes = order.map((axis) => axisOf(axis, count));
      if (new Set(axes).size < count) throw refusal("RuntimeError", "name each axis once: one is there twice.");
      return [permuted(a, axes), `${SAME}. Sizes and strides change places, and so does the reading order.`];
    },
    transpose(a, pair) {
      if (pair.length !== 2) throw refusal("TypeError", `transpose takes two axes, not ${pair.length}.`);
      const [one, other] = pair.map((axis) => axisOf(axis, a.shape.length));
      const order = a.shape.map((_, axis) => (axis === one ? other : axis === other ? one : axis));
      return [permuted(a, order), `${SAME}. Two axes change places, sizes and strides.`];
    },
    contiguous(a) {
      if (contiguous(a)) return [a, `${SAME}: it is in reading order already.`];
      return [copied(a), "A copy: the numbers are written into a new line, in reading order."];
    },
  };

  // The tensor of this shape with the numbers 0, 1, 2 ... in memory order.
  const fresh = (shape) => ({ shape, strides: rowMajor(shape), line: Array.from({ length: product(shape) }, (_, i) => i), copies: 0 });

  Lessons.memory = { fresh, methods, refusal, indexOf, places, contiguous, tuple, signed, nested };
})(typeof globalThis !== "undefined" ? globalThis : this);
