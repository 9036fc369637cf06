/** Which alarm comes first, and rows that stay where they are while somebody uses them. */
import { stateOf } from '../../engine/levels.js';
import { isCalling } from '../../live/alarms.js';

/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {import('../../live/alarms.js').Alarms} Alarms */

/** Those that call first, then what is acknowledged, then what is put aside. @param {Alarm} alarm */
const group = (alarm) => (isCalling(alarm) ? 0 : alarm.shelved || alarm.suppressed_by ? 2 : 1);

/** Before zero: `one` comes first. The graver first, of the same level the newest. @param {Alarm} one @param {Alarm} other */
export function compare(one, other) {
  return group(one) - group(other) || stateOf(other.level) - stateOf(one.level) || Date.parse(other.raised_at) - Date.parse(one.raised_at) || (one.alarm_id < other.alarm_id ? -1 : 1);
}

/**
 * The keys of some alarms in the order of their rows.
 * @param {Alarms} alarms what is shown
 * @param {readonly string[]} before the order up to now
 * @param {boolean} held somebody points at the rows or moves among them: those that are there keep their order, and what
 *   is new goes before the first that it outranks
 * @returns {string[]}
 */
export function arrange(alarms, before, held) {
  const sorted = [...alarms].sort(([, one], [, other]) => compare(one, other)).map(([key]) => key);
  if (!held) return sorted;
  const order = before.filter((key) => alarms.has(key));
  const known = new Set(order);
  for (const key of sorted) {
    if (known.has(key)) continue;
    const alarm = /** @type {Alarm} */ (alarms.get(key));
    const at = order.findIndex((one) => compare(alarm, /** @type {Alarm} */ (alarms.get(one))) < 0);
    order.splice(at < 0 ? order.length : at, 0, key);
  }
  return order;
}
