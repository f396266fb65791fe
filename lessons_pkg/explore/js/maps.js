// What the explorers with maps of codes share: places on a map, the distance to the nearest code, the cloud of codes.
//
// map: {codes: [[z1, z2]], labels: [i], mean: [2], whitening: [[2], [2]], unit, radius}; unit: the median distance of
// fresh codes to their nearest code, in whitened space; beyond radius units lies a hole.
(function (root) {
  "use strict";
  const Lessons = root.Lessons;

  // How far a point is from the nearest code, in units, which code that is, and whether the point is in a hole.
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
    const units = Math.sqrt(least) / map.unit;
    return { units, nearest, hole: units > map.radius };
  }

  // A square of side pixels around all codes, with the same unit on both axes.
  function chart(map, side) {
    const xs = map.codes.map((z) => z[0]);
    const ys = map.codes.map((z) => z[1]);
    const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    const half = 0.55 * Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
    return {
      side, middle, half,
      toPixel: (z) => [(side / 2) * (1 + (z[0] - middle[0]) / half), (side / 2) * (1 - (z[1] - middle[1]) / half)],
      toCode: (x, y) => [middle[0] + half * ((2 * x) / side - 1), middle[1] - half * ((2 * y) / side - 1)],
      inside: (z) => z.map((value, i) => Math.min(middle[i] + half, Math.max(middle[i] - half, value))),
    };
  }

  // The codes with the axes, in the colours of the page: drawn once for each theme, and copied below what moves.
  function cloud(map, { side, toPixel }, classColours, { faint }, size = 1.6) {
    const canvas = Lessons.canvas(side, side);
    const context = canvas.getContext("2d");
    context.strokeStyle = faint;
    context.lineWidth = 0.5;
    const [x0, y0] = toPixel([0, 0]);
    context.strokeRect(0.25, 0.25, side - 0.5, side - 0.5);
    context.beginPath();
    context.moveTo(x0, 0);
    context.lineTo(x0, side);
    context.moveTo(0, y0);
    context.lineTo(side, y0);
    context.stroke();
    context.globalAlpha = 0.6;
    map.codes.forEach((code, i) => {
      context.fillStyle = classColours[map.labels[i]];
      const [x, y] = toPixel(code);
      context.beginPath();
      context.arc(x, y, size, 0, 7);
      context.fill();
    });
    context.globalAlpha = 1;
    return canvas;
  }

  // Names at points, [{name, z}], with a rim of paper; a little lower where two would overlap.
  function names(context, { side, toPixel }, named, { ink, paper }) {
    const taken = [];
    context.font = "600 11px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.lineJoin = "round";
    for (const { name, z } of named) {
      let [x, y] = toPixel(z);
      const width = context.measureText(name).width;
      x = Math.min(side - width / 2 - 4, Math.max(width / 2 + 4, x));
      while (taken.some((other) => Math.abs(other.y - y) < 13 && Math.abs(other.x - x) < (other.width + width) / 2 + 4)) y += 4;
      taken.push({ x, y, width });
      context.strokeStyle = paper;
      context.strokeText(name, x, y);
      context.fillStyle = ink;
      context.fillText(name, x, y);
    }
  }

  // The point, and a line to the nearest code; both thick in a hole.
  function point(context, { toPixel }, map, z, { nearest, hole }, { ink }) {
    const [x, y] = toPixel(z);
    context.strokeStyle = ink;
    context.lineWidth = hole ? 2.5 : 1.5;
    context.beginPath();
    context.moveTo(...toPixel(map.codes[nearest]));
    context.lineTo(x, y);
    context.stroke();
    context.beginPath();
    context.arc(x, y, 7, 0, 7);
    context.stroke();
  }

  Lessons.maps = { distance, chart, cloud, names, point };
})(typeof globalThis !== "undefined" ? globalThis : this);
