/** The camera goes round: the stops that a screen names, or the buildings, those with trouble first. */
import { RANK } from './news.js';

/** `feature_id` null: the whole campus. @typedef {{feature_id: string | null, stay_s: number}} Stop */
/** Who is where. @typedef {{level: import('../live/alarms.js').AlarmLevel, place: {building_id: string | null}}} Trouble */

const MOST_STOPS = 8;

/**
 * The campus, then its buildings by their worst alarm or incident and by how many there are; the quiet ones as they come.
 * @param {readonly {building_id: string}[]} buildings
 * @param {Iterable<Trouble>} troubles
 * @param {number} stay_s
 * @returns {Stop[]}
 */
export function stopsByTrouble(buildings, troubles, stay_s) {
  /** @type {Map<string, {worst: number, count: number}>} */
  const found = new Map();
  for (const { level, place } of troubles) {
    const { worst = 0, count = 0 } = found.get(place.building_id ?? '') ?? {};
    found.set(place.building_id ?? '', { worst: Math.max(worst, RANK[level] ?? 0), count: count + 1 });
  }
  const none = { worst: 0, count: 0 };
  const of = (/** @type {{building_id: string}} */ one) => found.get(one.building_id) ?? none;
  const sorted = [...buildings].sort((a, b) => of(b).worst - of(a).worst || of(b).count - of(a).count);
  const ids = [null, ...sorted.map((one) => one.building_id)].slice(0, MOST_STOPS);
  return ids.map((feature_id) => ({ feature_id, stay_s }));
}

export class Tour {
  constructor() {
    /** @type {readonly Stop[]} */
    this.stops = [];
    this.screen = '';
    this.n = 0;
    this.since = 0;
  }

  /**
   * @param {string} screen whose stops they are: another one begins with its first
   * @param {readonly Stop[]} stops
   * @param {number} now ms
   */
  take(screen, stops, now) {
    if (screen !== this.screen) Object.assign(this, { screen, n: 0, since: now });
    this.stops = stops;
  }

  /**
   * @param {number} now ms
   * @param {boolean} mayMove
   * @returns {Stop | null} null without any
   */
  tick(now, mayMove) {
    const stop = this.stops[this.n % Math.max(1, this.stops.length)];
    if (!stop) return null;
    if (!mayMove) this.since = now;
    else if (now - this.since >= stop.stay_s * 1000) {
      this.n = (this.n + 1) % this.stops.length;
      this.since = now;
    }
    return this.stops[this.n % this.stops.length];
  }
}
