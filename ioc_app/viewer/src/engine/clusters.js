/**
 * Which things on the screen stand so close that one sign must stand for them. Leaders in a grid of the screen: the worst
 * first, each thing joins a leader within reach or becomes one itself. What was together stays together until it is
 * clearly apart, and who led goes on leading, so that a camera that moves slowly changes nothing.
 */

/** Who has joined stays until it is this much farther away than who joins. */
const HOLD = 1.3;
const RANKS = 64;

/** @template {Float32Array | Int32Array | Uint8Array} T @param {T} old @param {T} grown @returns {T} */
const copied = (old, grown) => (grown.set(old), grown);

export class Clusterer {
  constructor() {
    this.room = 0;
    /** CSS px; x is NaN of what is not on screen. */
    this.x = new Float32Array(0);
    this.y = new Float32Array(0);
    /** The larger leads; below 32. */
    this.rank = new Uint8Array(0);
    /** Of each thing its leader, itself for a leader, -1 of what is not on screen; what it was is known to the next run. */
    this.leader = new Int32Array(0);
    this.before = new Int32Array(0);
    this.order = new Int32Array(0);
    /** Leaders of one cell of the grid, in a chain. */
    this.next = new Int32Array(0);
    this.heads = new Int32Array(0);
    this.starts = new Int32Array(RANKS + 1);
  }

  /** @param {number} count of things */
  reserve(count) {
    if (count <= this.room) return;
    const room = (this.room = Math.max(256, 2 ** Math.ceil(Math.log2(count))));
    for (const name of /** @type {const} */ (['x', 'y'])) this[name] = copied(this[name], new Float32Array(room));
    this.rank = copied(this.rank, new Uint8Array(room));
    this.leader = copied(this.leader, new Int32Array(room).fill(-1));
    for (const name of /** @type {const} */ (['before', 'order', 'next'])) this[name] = new Int32Array(room);
  }

  /** The thing of a number is another one now. @param {number} i */
  forget(i) {
    if (i < this.room) this.leader[i] = -1;
  }

  /** Worst first, leaders before those who were led. @param {number} count @returns {number} how many are on screen */
  sort(count) {
    const { x, rank, before, order, starts } = this;
    const placeOf = (/** @type {number} */ i) => RANKS - 1 - (rank[i] * 2 + Number(before[i] === i));
    starts.fill(0);
    for (let i = 0; i < count; i++) if (x[i] === x[i]) starts[placeOf(i) + 1]++;
    for (let place = 0; place < RANKS; place++) starts[place + 1] += starts[place];
    const seen = starts[RANKS];
    for (let i = 0; i < count; i++) if (x[i] === x[i]) order[starts[placeOf(i)]++] = i;
    return seen;
  }

  /** @param {number} i @param {number} j @returns {number} px² */
  apart(i, j) {
    const right = this.x[j] - this.x[i];
    const below = this.y[j] - this.y[i];
    return right * right + below * below;
  }

  /**
   * @param {number} count of things
   * @param {number} width of the screen, CSS px
   * @param {number} height
   * @param {number} reach how close to a leader is too close, CSS px
   * @param {{rank: number, reach: number}} [calm] the same, shorter, for leaders below a rank
   * @returns {number} how many are on screen: the first so many of `order`
   */
  run(count, width, height, reach, calm = { rank: 0, reach }) {
    const { x, y, rank, order, next, before, leader } = this;
    before.set(leader.subarray(0, count));
    leader.fill(-1, 0, count);
    const cell = reach;
    const across = Math.ceil(width / cell) + 2;
    const down = Math.ceil(height / cell) + 2;
    if (this.heads.length < across * down) this.heads = new Int32Array(across * down);
    const { heads } = this;
    heads.fill(-1);
    const seen = this.sort(count);
    const scale = 1 / (reach * reach); // squares of distances to shares of the reach
    const calmScale = 1 / (calm.reach * calm.reach);
    const calmRank = calm.rank;
    for (let n = 0; n < seen; n++) {
      const i = order[n];
      const old = before[i];
      if (old >= 0 && leader[old] === old && this.apart(i, old) * (rank[old] < calmRank ? calmScale : scale) <= HOLD * HOLD) {
        leader[i] = old;
        continue;
      }
      // what is beyond the edge belongs to the cells at the edge
      const column = Math.min(across - 1, Math.max(0, Math.floor(x[i] / cell) + 1));
      const row = Math.min(down - 1, Math.max(0, Math.floor(y[i] / cell) + 1));
      let best = -1;
      let nearest = 1;
      for (let r = Math.max(0, row - 1); r <= Math.min(down - 1, row + 1); r++) {
        for (let c = Math.max(0, column - 1); c <= Math.min(across - 1, column + 1); c++) {
          for (let other = heads[r * across + c]; other >= 0; other = next[other]) {
            const away = this.apart(i, other) * (rank[other] < calmRank ? calmScale : scale);
            if (away > nearest) continue;
            best = other;
            nearest = away;
          }
        }
      }
      leader[i] = best < 0 ? i : best;
      if (best >= 0) continue;
      next[i] = heads[row * across + column];
      heads[row * across + column] = i;
    }
    return seen;
  }
}

/**
 * A number in at most three signs: 999, 1k, 12k, 99k.
 * @param {number} count
 */
export const shortCount = (count) => (count < 1000 ? String(count) : `${Math.min(99, Math.floor(count / 1000))}k`);
