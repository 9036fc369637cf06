/** A page that throws again and again is broken in a way that only beginning anew may cure. */

const MOST = 5;
const WITHIN_MS = 60_000;

export class Faults {
  constructor() {
    /** @type {number[]} */
    this.times = [];
  }

  /** @param {number} now ms @returns {boolean} whether that was one too many */
  take(now) {
    this.times = [...this.times.filter((at) => now - at < WITHIN_MS), now].slice(-MOST);
    return this.times.length >= MOST;
  }
}
