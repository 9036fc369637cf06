/**
 * Alarms that break in: one at a time, the worst first, each for some seconds, and not without end. What is more than that is
 * shown together until it is calm again: a wall that jumps about helps nobody when much happens at once.
 */
import { byLevel } from './news.js';

/** @typedef {import('./news.js').Item} Item */
/** @typedef {{enabled: boolean, seconds: number, most: number, within_s: number}} Limits */
/** @typedef {{kind: 'alarm', item: Item, until: number} | {kind: 'flood', count: number}} Breaking */

export class Interrupts {
  /** @param {Limits} limits */
  constructor(limits) {
    this.limits = limits;
    /** @type {Item[]} */
    this.waiting = [];
    /** @type {{kind: 'alarm', item: Item, until: number} | null} */
    this.shown = null;
    this.flooding = false;
    /** When something arrived, and when something was shown, ms; the last `within_s`. @type {number[]} */
    this.arrivals = [];
    /** @type {number[]} */
    this.starts = [];
  }

  /** @param {readonly Item[]} items news @param {number} now ms */
  arrive(items, now) {
    if (!this.limits.enabled) return;
    this.waiting.push(...items.filter((one) => this.waiting.every(({ id }) => id !== one.id)));
    this.arrivals.push(...items.map(() => now));
  }

  /**
   * @param {number} now ms
   * @param {ReadonlySet<string>} standing ids of what calls now: nobody is shown what is over
   * @param {boolean} [tooMany] the campus itself says that it is flooded
   * @returns {Breaking | null}
   */
  tick(now, standing, tooMany = false) {
    const { limits } = this;
    const recent = (/** @type {number} */ at) => now - at < limits.within_s * 1000;
    this.arrivals = this.arrivals.filter(recent);
    this.starts = this.starts.filter(recent);
    this.waiting = this.waiting.filter(({ id }) => standing.has(id));
    if (this.shown && now >= this.shown.until) this.shown = null;
    if (limits.enabled && tooMany) [this.flooding, this.shown] = [true, null];
    if (this.shown) return this.shown;
    if (this.waiting.length && this.starts.length >= limits.most) this.flooding = true;
    if (this.flooding && (tooMany || this.arrivals.length > limits.most) && limits.enabled) {
      this.waiting = [];
      return { kind: 'flood', count: this.arrivals.length };
    }
    this.flooding = false;
    const next = this.waiting.sort(byLevel).shift();
    if (!next) return null;
    this.starts.push(now);
    this.shown = { kind: 'alarm', item: next, until: now + limits.seconds * 1000 };
    return this.shown;
  }
}
