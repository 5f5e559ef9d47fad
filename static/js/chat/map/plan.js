// Where each line of a talk stands on the map: a row for each step of the talk, a lane for each branch. No DOM here.

export const PLAYER = 1;
export const MUTED = 2;
export const UNFINISHED = 4;

/**
 * `lines` are `[id, place of the line above in this list or -1, marks]`, each behind the line it follows. The branch that
 * ends in `head` runs straight down in lane 0; every other one leaves it to the right, in the first lane that has room.
 * `beside` says how many lanes are kept free to the right of a line, for the name that stands there.
 */
export class Plan {
  constructor(lines, head, beside = new Map()) {
    this.kept = beside;
    this.spots = lines.map(([id, parent, mark], at) => ({ at, id, parent, mark, row: 0, lane: -1, current: false, below: [] }));
    this.places = new Map(this.spots.map((spot) => [spot.id, spot]));
    this.openings = [];
    for (const spot of this.spots) {
      const above = this.above(spot);
      spot.row = above ? above.row + 1 : 0;
      (above ? above.below : this.openings).push(spot);
    }
    this.head = this.places.get(head) ?? null;
    for (let spot = this.head; spot; spot = this.above(spot)) spot.current = true;
    this.#lay();
    this.rows = [];
    for (const spot of this.spots) (this.rows[spot.row] ??= []).push(spot);
    for (const row of this.rows) row.sort((one, other) => one.lane - other.lane);
    this.lanes = this.spots.reduce((most, spot) => Math.max(most, spot.lane + 1), 0);
  }

  find(id) {
    return this.places.get(id) ?? null;
  }

  above(spot) {
    return spot.parent < 0 ? null : this.spots[spot.parent];
  }

  /** What stands where this line does: itself and its alternatives, oldest first. */
  beside(spot) {
    return this.above(spot)?.below ?? this.openings;
  }

  /** Where the branch through a line goes on: along the current one, or to what was said last. */
  onwards(spot) {
    return main(spot.below);
  }

  /** The line that a key leads to; null where it leads nowhere. */
  step(spot, key) {
    const row = this.rows[spot.row];
    const at = row.indexOf(spot);
    return {
      ArrowUp: () => this.above(spot),
      ArrowDown: () => this.onwards(spot),
      ArrowLeft: () => row[at - 1],
      ArrowRight: () => row[at + 1],
      Home: () => this.#opening(spot),
      End: () => this.#end(spot),
    }[key]?.() ?? null;
  }

  /** Lines that nothing follows, newest first. */
  get ends() {
    return this.spots.filter((spot) => !spot.below.length).reverse();
  }

  /** How many lines a branch has that the current one has not. */
  own(end) {
    let count = 0;
    for (let spot = end; spot && !spot.current; spot = this.above(spot)) count += 1;
    return count;
  }

  #opening(spot) {
    let first = spot;
    while (this.above(first)) first = this.above(first);
    return first;
  }

  #end(spot) {
    let last = spot;
    while (this.onwards(last)) last = this.onwards(last);
    return last;
  }

  #lay() {
    const taken = [];
    const waiting = [];
    const first = main(this.openings);
    for (const opening of [first, ...this.openings.filter((each) => each !== first)]) {
      if (!opening) return;
      this.#lead(opening, -1, taken, waiting);
    }
    while (waiting.length) {
      const branch = waiting.shift();
      // From below: what leaves late stays near, what leaves early and runs long goes around it.
      for (const spot of branch.reverse()) {
        const onwards = main(spot.below);
        for (const other of spot.below) if (other !== onwards) this.#lead(other, spot.lane, taken, waiting);
      }
    }
  }

  // One branch, straight down from `start`.
  #lead(start, beside, taken, waiting) {
    const branch = [];
    for (let spot = start; spot; spot = main(spot.below)) branch.push(spot);
    let lane = beside + 1;
    while (branch.some((spot) => this.#width(spot).some((more) => taken[lane + more]?.has(spot.row)))) lane += 1;
    for (const spot of branch) {
      spot.lane = lane;
      for (const more of this.#width(spot)) (taken[lane + more] ??= new Set()).add(spot.row);
    }
    waiting.push(branch);
  }

  // The lanes that a line takes up, counted from its own.
  #width(spot) {
    return Array.from({ length: 1 + (this.kept.get(spot.id) ?? 0) }, (_, more) => more);
  }
}

function main(below) {
  return below.find((spot) => spot.current) ?? below.at(-1) ?? null;
}
