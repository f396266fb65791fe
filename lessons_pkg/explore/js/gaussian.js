// The normal distribution q = N(mean, exp(log variance)) beside N(0, 1): samples, the divergence KL(q || N(0, 1)) in nats,
// its gradient; and two pictures of them, for reparameterisation.js.
(function (root) {
  "use strict";
  const Lessons = (root.Lessons = root.Lessons || {});
  const RANGES = { mean: [-3, 3], logVar: [-4, 2] }; // of the map
  const LEVELS = [0.1, 0.5, 1, 2, 4]; // nats, the lines on the map
  const WIDTH = 340; // of the densities
  const HEIGHT = 250;
  const SIDE = 300; // of the map

  // Seeded, so that a page shows the same at every opening: mulberry32, and Box and Muller's way to normal numbers.
  function normal(count, seed) {
    let state = seed >>> 0;
    const uniform = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
    };
    return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  }

  const logDensity = (x, mean, logVar) => -0.5 * (Math.log(2 * Math.PI) + logVar + (x - mean) ** 2 / Math.exp(logVar));

  function numbers({ mean, logVar, noise }) {
    const std = Math.exp(logVar / 2);
    const z = noise.map((e) => mean + std * e);
    const ratios = z.map((x) => logDensity(x, mean, logVar) - logDensity(x, 0, 0));
    return {
      mean, logVar, noise, std, z,
      ofMean: 0.5 * mean ** 2,
      ofVariance: 0.5 * (Math.exp(logVar) - 1 - logVar),
      kl: 0.5 * (mean ** 2 + Math.exp(logVar) - 1 - logVar),
      gradient: [mean, 0.5 * (Math.exp(logVar) - 1)],
      estimate: ratios.reduce((a, b) => a + b, 0) / z.length,
      slopes: noise.map((e) => [1, 0.5 * std * e]), // of each z, by mean and by log variance
    };
  }

  const text = (number, digits = 2) => {
    const shown = number.toFixed(digits);
    return Number(shown) < 0 ? `−${shown.slice(1)}` : shown.replace("-", "");
  };

  function write(context, colours, words, x, y, colour, align) {
    context.font = "12px sans-serif";
    context.textAlign = align;
    context.strokeStyle = colours.paper;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(words, x, y);
    context.fillStyle = colour;
    context.fillText(words, x, y);
  }

  // The two densities, and below them the noise and where it goes.
  function drawDensities(canvas, colours, all) {
    const { ink, faint, accent } = colours;
    const context = canvas.getContext("2d");
    const toX = (x) => (WIDTH / 2) * (1 + x / 6);
    const peak = Math.exp(logDensity(all.mean, all.mean, all.logVar));
    const base = 160;
    const toY = (density) => base - (density / Math.max(0.45, 1.08 * peak)) * (base - 14);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    const curve = (mean, logVar) => {
      context.beginPath();
      context.moveTo(0, base);
      for (let x = -6; x <= 6; x += 0.03) context.lineTo(toX(x), toY(Math.exp(logDensity(x, mean, logVar))));
      context.lineTo(WIDTH, base);
    };
    curve(all.mean, all.logVar);
    context.globalAlpha = 0.2;
    context.fillStyle = accent;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = accent;
    context.lineWidth = 2;
    context.stroke();
    curve(0, 0);
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
    const side = all.mean < 0 ? 1 : -1; // the name of N(0, 1) where q is not
    write(context, colours, "N(0, 1), peak 0.40", toX(side * 1.3), toY(0.26), ink, side > 0 ? "left" : "right");
    write(context, colours, `q, peak ${text(peak)}`, toX(all.mean) - side * 8, Math.max(24, toY(0.9 * peak)), accent, side > 0 ? "right" : "left");
    context.fillStyle = faint;
    context.textAlign = "center";
    for (const x of [-4, -2, 0, 2, 4]) {
      context.fillRect(toX(x) - 0.5, base, 1, 4);
      context.fillText(text(x, 0), toX(x), base + 16);
    }
    const [above, below] = [196, 236];
    [...all.noise.keys()].reverse().forEach((i) => { // the first one last, over the others
      const e = all.noise[i];
      const first = i === 0;
      context.strokeStyle = context.fillStyle = first ? accent : ink;
      context.globalAlpha = first ? 1 : 0.55;
      context.lineWidth = first ? 2 : 0.8;
      context.beginPath();
      context.moveTo(toX(e), above);
      context.lineTo(toX(all.z[i]), below);
      context.stroke();
      for (const [x, y] of [[e, above], [all.z[i], below]]) {
        context.beginPath();
        context.arc(toX(x), y, first ? 5 : 3, 0, 7);
        context.fill();
      }
    });
    context.globalAlpha = 1;
    write(context, colours, "noise ε", 2, above + 4, ink, "left");
    write(context, colours, "z", 2, below + 4, ink, "left");
  }

  const toMap = (mean, logVar) => [
    ((mean - RANGES.mean[0]) / (RANGES.mean[1] - RANGES.mean[0])) * SIDE,
    ((RANGES.logVar[1] - logVar) / (RANGES.logVar[1] - RANGES.logVar[0])) * SIDE,
  ];

  // The square of the mean where the divergence has this level; less than 0: nowhere.
  const square = (level, logVar) => 2 * level - (Math.exp(logVar) - 1 - logVar);

  // Lines of equal divergence in the plane of mean and log variance, the way that was gone, and the next step.
  function drawMap(canvas, colours, all, way, rate) {
    const { ink, faint, accent } = colours;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, SIDE, SIDE);
    context.strokeStyle = faint;
    context.lineWidth = 1;
    context.strokeRect(0.5, 0.5, SIDE - 1, SIDE - 1);
    for (const level of LEVELS) {
      for (const sign of [-1, 1]) {
        context.beginPath();
        for (let l = RANGES.logVar[0]; l <= RANGES.logVar[1]; l += 0.01)
          if (square(level, l - 0.01) >= 0 || square(level, l + 0.01) >= 0)
            context.lineTo(...toMap(sign * Math.sqrt(Math.max(0, square(level, l))), l));
        context.stroke();
      }
      const [x, y] = toMap(Math.sqrt(2 * level), 0);
      write(context, colours, level, x, y + 4, ink, "center");
      context.strokeStyle = faint;
      context.lineWidth = 1;
    }
    write(context, colours, "log variance, −4 to 2 ↑", 6, 16, ink, "left");
    write(context, colours, "mean, −3 to 3 →", SIDE - 6, SIDE - 8, ink, "right");
    const [goalX, goalY] = toMap(0, 0);
    context.fillRect(goalX - 5, goalY - 0.75, 10, 1.5);
    context.fillRect(goalX - 0.75, goalY - 5, 1.5, 10);
    const [x, y] = toMap(all.mean, all.logVar);
    context.strokeStyle = context.fillStyle = accent;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const point of [...way, [all.mean, all.logVar]]) context.lineTo(...toMap(...point));
    context.stroke();
    for (const point of way) {
      context.beginPath();
      context.arc(...toMap(...point), 2.5, 0, 7);
      context.fill();
    }
    const [nextX, nextY] = toMap(all.mean - rate * all.gradient[0], all.logVar - rate * all.gradient[1]);
    context.strokeStyle = ink;
    context.lineWidth = 2.5;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(nextX, nextY);
    context.stroke();
    context.beginPath();
    context.arc(x, y, 7, 0, 7);
    context.fill();
    context.stroke();
  }

  Lessons.gaussian = { RANGES, WIDTH, HEIGHT, SIDE, normal, numbers, text, drawDensities, drawMap };
})(typeof globalThis !== "undefined" ? globalThis : this);
