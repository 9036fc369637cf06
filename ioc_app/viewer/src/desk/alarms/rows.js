/** What the table holds beside the alarms: order, cursor, selection, filter. Without a page, so that it can be tested. */
import { arrange } from './order.js';
import { EVERYTHING, filtered } from './filter.js';

/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {import('../../live/alarms.js').Alarms} Alarms */

export class Rows {
  constructor() {
    this.filter = EVERYTHING;
    /** @type {Alarms} */
    this.alarms = new Map();
    /** What is shown. @type {Alarms} */
    this.shown = new Map();
    /** @type {string[]} keys of what is shown */
    this.order = [];
    /** @type {string | null} key of the row under the cursor */
    this.cursor = null;
    /** @type {Set<string>} keys */
    this.selected = new Set();
  }

  /** @param {Alarms} alarms @param {boolean} held see `arrange` */
  take(alarms, held) {
    const at = this.cursor === null ? -1 : this.order.indexOf(this.cursor);
    this.alarms = alarms;
    this.shown = filtered(alarms, this.filter);
    this.order = arrange(this.shown, this.order, held);
    for (const key of this.selected) if (!this.shown.has(key)) this.selected.delete(key);
    // what was under the cursor is gone: what has taken its place
    if (this.cursor === null || !this.shown.has(this.cursor)) this.cursor = this.order[Math.min(Math.max(at, 0), this.order.length - 1)] ?? null;
  }

  /** @param {Partial<import('./filter.js').Filter>} change */
  narrow(change) {
    this.filter = { ...this.filter, ...change };
    this.take(this.alarms, false);
  }

  /** Move the cursor, and with `extend` the selection with it. @param {number} steps @param {boolean} [extend] */
  move(steps, extend = false) {
    const at = this.cursor === null ? -1 : this.order.indexOf(this.cursor);
    const next = this.order[Math.min(Math.max(at + steps, 0), this.order.length - 1)];
    if (next === undefined) return;
    if (extend && this.cursor !== null) this.selected.add(this.cursor).add(next);
    this.cursor = next;
  }

  /** @param {string} key */
  toggle(key) {
    if (!this.selected.delete(key)) this.selected.add(key);
  }

  /** From the cursor to here. @param {string} key */
  selectTo(key) {
    const [from, to] = [this.order.indexOf(this.cursor ?? key), this.order.indexOf(key)].sort((one, other) => one - other);
    for (const one of this.order.slice(Math.max(from, 0), to + 1)) this.selected.add(one);
    this.cursor = key;
  }

  selectAll() {
    this.selected = this.selected.size === this.order.length ? new Set() : new Set(this.order);
  }

  /** What an act is about: the selection, or the row under the cursor. @returns {Alarm[]} in their order */
  meant() {
    const keys = this.selected.size ? this.order.filter((key) => this.selected.has(key)) : this.cursor === null ? [] : [this.cursor];
    return keys.flatMap((key) => this.shown.get(key) ?? []);
  }
}
