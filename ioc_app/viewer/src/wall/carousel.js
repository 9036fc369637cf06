/** Screens in turn, each for its time. What else comes first (a hand, a desk, an alarm) says so; then a turn begins anew. */

/** @typedef {{screen: string, dwell_s: number}} Turn */

export class Carousel {
  /**
   * @param {readonly Turn[]} turns
   * @param {number} now ms
   * @param {string | null} [screen] what is shown already: its turn is the first
   */
  constructor(turns, now, screen = null) {
    this.turns = turns;
    this.n = Math.max(0, turns.findIndex((one) => one.screen === screen));
    this.since = now;
  }

  /**
   * @param {number} now ms
   * @param {boolean} mayTurn false while something else is shown
   * @returns {string | null} the screen whose turn it is; null without any
   */
  tick(now, mayTurn) {
    const turn = this.turns[this.n];
    if (!turn) return null;
    if (!mayTurn) this.since = now;
    else if (now - this.since >= turn.dwell_s * 1000) {
      this.n = (this.n + 1) % this.turns.length;
      this.since = now;
    }
    return this.turns[this.n].screen;
  }
}
