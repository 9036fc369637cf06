/** What of the alarms and incidents that stand is news to a wall: bad enough, not seen before, or worse than it was seen. */
import { isCalling } from '../live/alarms.js';
import { isOpen } from '../live/incidents.js';

/** @typedef {import('../live/alarms.js').Alarm} Alarm */
/** @typedef {import('../live/alarms.js').AlarmLevel} Level */
/** @typedef {import('../live/incidents.js').Summary} Summary */
/** @typedef {import('../engine/types').Title} Title */
/** `open`: its card at the desk. @typedef {{id: string, level: Level, title: Title, where: Title, at: string, idx: number | null, scene: import('../engine/types').Vec3 | null, feature_id: string | null, open: string}} Item */

/** @type {Record<Level, number>} */
export const RANK = { major: 4, A: 3, B: 2, C: 1 };
/** A page that begins takes what is younger for news: it may have come while the page was loaded anew. */
const FRESH_MS = 60_000;

/** @param {Alarm} one @returns {Item} */
const ofAlarm = ({ alarm_id, level, title, where, opened_at, idx, scene = null }) =>
  ({ id: `alarm:${alarm_id}`, level, title, where, at: opened_at, idx, scene, feature_id: null, open: `alarm:${alarm_id}` });

/** @param {Summary} one @returns {Item} */
const ofIncident = ({ incident_id, level, title, place, opened_at }) =>
  ({ id: `incident:${incident_id}`, level, title, where: place.where, at: opened_at, idx: place.idx, scene: place.scene, feature_id: place.feature_id, open: `incident:${incident_id}` });

/**
 * What asks for a look: alarms nobody has taken up, and incidents that began without one.
 * @param {Iterable<Alarm>} alarms
 * @param {Iterable<Summary>} incidents
 * @param {Level} least
 * @returns {Item[]}
 */
export function calling(alarms, incidents, least) {
  const found = [
    ...[...alarms].filter(isCalling).map(ofAlarm),
    ...[...incidents].filter((one) => one.source !== 'alarm' && one.stage === 'found' && isOpen(one)).map(ofIncident),
  ];
  return found.filter(({ level }) => RANK[level] >= RANK[least]).sort(byLevel);
}

/** The worst first, of equals the oldest. @param {Item} a @param {Item} b */
export const byLevel = (a, b) => RANK[b.level] - RANK[a.level] || Date.parse(a.at) - Date.parse(b.at);

export class News {
  constructor() {
    /** The level that each was seen with. @type {Map<string, number> | null} */
    this.seen = null;
  }

  /**
   * @param {readonly Item[]} items all that call now
   * @param {number} campusNow ms, the campus' clock
   * @returns {Item[]} those not seen before
   */
  take(items, campusNow) {
    const before = this.seen;
    this.seen = new Map(items.map(({ id, level }) => [id, Math.max(RANK[level], before?.get(id) ?? 0)]));
    if (before === null) return items.filter(({ at }) => campusNow - Date.parse(at) < FRESH_MS);
    return items.filter(({ id, level }) => RANK[level] > (before.get(id) ?? 0));
  }
}
