/** Which alarms the table shows. */
import { isCalling } from '../../live/alarms.js';

/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {import('../../live/alarms.js').Alarms} Alarms */
/** Empty: all of them. `calling`: only what nobody has acknowledged. @typedef {{level: string, calling: boolean, building: string, text: string}} Filter */

/** @type {Filter} */
export const EVERYTHING = { level: '', calling: false, building: '', text: '' };

/** @param {Alarm} alarm @param {Filter} filter */
export function passes(alarm, { level, calling, building, text }) {
  if (level && alarm.level !== level) return false;
  if (calling && !isCalling(alarm)) return false;
  if (building && alarm.place.building_id !== building) return false;
  const said = text.trim().toLowerCase();
  return !said || said.split(/\s+/).every((word) => wordsOf(alarm).includes(word));
}

/** @param {Alarms} alarms @param {Filter} filter @returns {Alarms} */
export function filtered(alarms, filter) {
  return new Map([...alarms].filter(([, one]) => passes(one, filter)));
}

/** Everything in it that somebody may look for. @param {Alarm} alarm */
function wordsOf({ title, text, where, originator, alarm_type, device, assignee }) {
  return [title.zh, title.en, text.zh, text.en, where.zh, where.en, originator, alarm_type, device, assignee].join(' ').toLowerCase();
}
