// Where scenes lie on the graph that nobody has moved: in rows by how far they are from the beginning, endings last. Pure.
export const WIDE = 176;
export const HIGH = 56;
const GAP = 28;
const ROW = 118;
const ASIDE = [0, 0.8, -0.8, 1.1, -1.1, 1.4, -1.4, 1.8, -1.8].map((boxes) => boxes * WIDE);
const ALONG = Array.from({ length: 15 }, (_each, step) => (step + 1) / 16);

/** {name: [x, y]} for every scene and ending; those in `layout` stand where they were put. */
export function planned({ scenes, endings, start, edges, layout }) {
  const far = distances(start, edges);
  const last = Math.max(0, ...scenes.map((name) => far.get(name) ?? 0)) + 1;
  const rows = Array.from({ length: last + 1 }, () => []);
  for (const name of scenes) rows[far.get(name) ?? 0].push(name);
  rows[last].push(...endings);
  const wide = Math.max(1, ...rows.map((row) => row.length)) * (WIDE + GAP);
  const places = {};
  rows.filter((row) => row.length).forEach((row, down) => {
    const left = (wide - row.length * (WIDE + GAP)) / 2;
    row.forEach((name, at) => {
      places[name] = layout[name] ?? [GAP + left + at * (WIDE + GAP), GAP + down * ROW];
    });
  });
  return places;
}

function distances(start, edges) {
  const far = new Map([[start, 0]]);
  let row = [start];
  for (let distance = 1; row.length; distance += 1) {
    const next = edges.filter((edge) => row.includes(edge.from) && !far.has(edge.to)).map((edge) => edge.to);
    for (const name of next) far.set(name, distance);
    row = [...new Set(next)];
  }
  return far;
}

/** The line from one box to another as an SVG path, led past `others` that lie between: under one it would seem to begin there. */
export function curve([x1, y1], [x2, y2], others, wide) {
  const down = y2 >= y1 + HIGH;
  const [from, to] = [[x1 + WIDE / 2, down ? y1 + HIGH : y1], [x2 + WIDE / 2, down ? y2 : y2 + HIGH]];
  const bend = Math.max(30, Math.abs(to[1] - from[1]) / 2) * (down ? 1 : -1);
  const led = (aside) => [from, [from[0] + aside, from[1] + bend], [to[0] + aside, to[1] - bend], to];
  const free = (line) => ALONG.map((part) => at(line, part)).every(([x, y]) => x > 2 && x < wide - 2 && !others.some(([left, top]) => x > left && x < left + WIDE && y > top && y < top + HIGH));
  const [[sx, sy], one, other, [ex, ey]] = ASIDE.map(led).find(free) ?? led(0);
  return `M${sx} ${sy}C${one.join(" ")} ${other.join(" ")} ${ex} ${ey}`;
}

const at = (line, part) => [0, 1].map((axis) => BERNSTEIN(part).reduce((sum, weight, point) => sum + weight * line[point][axis], 0));
const BERNSTEIN = (part) => [(1 - part) ** 3, 3 * part * (1 - part) ** 2, 3 * part ** 2 * (1 - part), part ** 3];

/** The nearest in a direction: what lies more that way than aside. */
export function nearest(places, from, [dx, dy]) {
  const [x, y] = places[from];
  const found = Object.entries(places)
    .filter(([name]) => name !== from)
    .map(([name, [ox, oy]]) => [name, (ox - x) * dx + (oy - y) * dy, Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx)])
    .filter(([, along, aside]) => along > 8 && aside < along * 3)
    .sort((one, other) => one[1] * 2 + one[2] - (other[1] * 2 + other[2]));
  return found[0]?.[0] ?? null;
}
