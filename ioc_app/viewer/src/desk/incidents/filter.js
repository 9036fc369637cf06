/** Which incidents are shown. */
import { isOpen } from '../../live/incidents.js';

/** @typedef {import('../../live/incidents.js').Summary} Summary */
/** Empty or false: all of them. @typedef {{level: string, stage: string, kind: string, mine: boolean, breached: boolean, text: string}} Filter */

/** @type {Filter} */
export const EVERYTHING = { level: '', stage: '', kind: '', mine: false, breached: false, text: '' };

/** @param {Summary} incident @param {Filter} filter @param {string} account of who looks @param {string} [where] its place in words */
export function passes(incident, { level, stage, kind, mine, breached, text }, account, where = '') {
  if (level && incident.level !== level) return false;
  if (stage && incident.stage !== stage) return false;
  if (kind && incident.kind !== kind) return false;
  if (mine && !isOf(incident, account)) return false;
  if (breached && !incident.breached.length) return false;
  const said = text.trim().toLowerCase();
  return !said || said.split(/\s+/).every((word) => `${wordsOf(incident)} ${where}`.toLowerCase().includes(word));
}

/** Whether somebody has it. @param {Summary} incident @param {string} account */
const isOf = ({ owner, assignee }, account) => owner === account || assignee === account;

/** Everything in it that somebody may look for. @param {Summary} incident */
function wordsOf({ incident_id, title, kind_title, place, owner, unit_title, assignee, assignee_title }) {
  return [incident_id, title.zh, title.en, kind_title.zh, kind_title.en, place.device, place.where.zh, place.where.en, place.said, owner, unit_title?.zh, unit_title?.en, assignee, assignee_title].join(' ');
}

/** How many are open, by level, late, urged, one's own. @param {Iterable<Summary>} incidents @param {string} account */
export function counted(incidents, account) {
  const open = [...incidents].filter(isOpen);
  /** @type {Record<string, number>} */
  const level = {};
  for (const one of open) level[one.level] = (level[one.level] ?? 0) + 1;
  const count = (/** @type {(one: Summary) => boolean} */ is) => open.filter(is).length;
  return { total: open.length, level, mine: count((one) => isOf(one, account)), breached: count((one) => one.breached.length > 0), warned: count((one) => one.warned.length > 0), supervised: count((one) => one.supervised), suspended: count((one) => one.suspended) };
}
