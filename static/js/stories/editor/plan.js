// Where scenes lie on the graph that nobody has moved: in rows by how far they are from the beginning, endings last. Pure.
export const WIDE = 176;
export const HIGH = 56;
const GAP = 28;
const ROW = 118;

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
