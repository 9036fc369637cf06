/** In which order incidents stand: the gravest first, then what is due first. */
import { stateOf } from '../../engine/levels.js';
import { isOpen, STAGES } from '../../live/incidents.js';

/** @typedef {import('../../live/incidents.js').Summary} Summary */

/** What has no running clock waits longest. @param {Summary} one */
const dueOf = ({ clock }) => (clock?.due_at ? Date.parse(clock.due_at) : Infinity);

/** @param {Summary} one @param {Summary} other */
export function compare(one, other) {
  return (
    Number(isOpen(other)) - Number(isOpen(one)) ||
    stateOf(other.level) - stateOf(one.level) ||
    (dueOf(one) === dueOf(other) ? 0 : dueOf(one) - dueOf(other)) ||
    Date.parse(one.opened_at) - Date.parse(other.opened_at) ||
    Number(one.incident_id > other.incident_id) - Number(one.incident_id < other.incident_id)
  );
}

/** @param {Iterable<Summary>} incidents */
export const ordered = (incidents) => [...incidents].sort(compare);

/** A column for each stage, in order. @param {Summary[]} incidents in order @returns {[import('../../live/incidents.js').Stage, Summary[]][]} */
export const columns = (incidents) => STAGES.map((stage) => [stage, incidents.filter((one) => one.stage === stage)]);
