/** How an alarm stands, in words: one table for rows, card and screen readers. */
import { clockTime } from '../words.js';

/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {import('../../ui/i18n.js').Translator} Translator */

/** @param {Alarm} alarm @returns {'calling' | 'seen' | 'over' | 'closed'} what is raised or cleared, acknowledged or not */
export function stateOfAlarm({ active, acknowledged }) {
  if (active) return acknowledged ? 'seen' : 'calling';
  return acknowledged ? 'closed' : 'over';
}

/** @param {Translator} tr @param {Alarm} alarm @param {number} now ms @returns {string[]} the state, then what puts it aside */
export function stateWords(tr, alarm, now) {
  const { shelved, shelved_until, suppressed_by } = alarm;
  return [
    tr.text(`state.${stateOfAlarm(alarm)}`),
    shelved ? tr.text('desk.shelvedUntil', { time: shelved_until ? clockTime(tr, shelved_until, now) : '' }) : '',
    suppressed_by ? tr.text('desk.suppressed', { window: suppressed_by }) : '',
  ].filter(Boolean);
}
