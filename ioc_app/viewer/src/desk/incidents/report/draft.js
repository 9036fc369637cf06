/** What a caller said, before it is sent: what is missing of it, and what is sent. Without a page, so that it can be tested. */

import { momentOf } from '../../local_time.js';

/** @typedef {import('../../../live/incidents.js').IncidentPlace} IncidentPlace */
/**
 * `report_id` makes a second sending of the same harmless. `levelChosen`: by hand, so that another kind does not change it.
 * @typedef {object} Draft
 * @property {string} report_id
 * @property {string} kind
 * @property {string} level
 * @property {boolean} levelChosen
 * @property {string} text
 * @property {string} channel
 * @property {string} name
 * @property {string} phone
 * @property {string} unit
 * @property {string} occurred_at of the field, on the campus' time; empty: now
 * @property {string} where
 * @property {Partial<IncidentPlace> & {words?: string} | null} place
 * @property {string} into
 */

export const LONGEST_TEXT = 2000;

/** @param {string} report_id @returns {Draft} */
export function emptyDraft(report_id) {
  return { report_id, kind: '', level: '', levelChosen: false, text: '', channel: 'phone', name: '', phone: '', unit: '', occurred_at: '', where: '', place: null, into: '' };
}

/** @param {Draft} draft @param {number} now ms @param {string | undefined} timeZone @returns {{field: keyof Draft, key: string}[]} in the order of the fields */
export function missing(draft, now, timeZone) {
  /** @type {{field: keyof Draft, key: string}[]} */
  const found = [];
  if (!draft.kind) found.push({ field: 'kind', key: 'report.missing.kind' });
  if (!draft.text.trim()) found.push({ field: 'text', key: 'report.missing.text' });
  else if (draft.text.length > LONGEST_TEXT) found.push({ field: 'text', key: 'report.missing.shorter' });
  if (!draft.place && !draft.where.trim() && !draft.into) found.push({ field: 'where', key: 'report.missing.place' });
  if (draft.occurred_at && momentOf(timeZone, draft.occurred_at) > now) found.push({ field: 'occurred_at', key: 'report.missing.past' });
  return found;
}

/** @param {Draft} draft @param {string[]} photos ids @param {string | undefined} timeZone */
export function bodyOf(draft, photos, timeZone) {
  const { report_id, kind, level, text, channel, name, phone, unit, occurred_at, where, place, into } = draft;
  const reporter = filled({ name, phone, unit });
  return {
    report_id,
    kind,
    ...filled({ level, into }),
    text: text.trim(),
    channel,
    ...(occurred_at ? { occurred_at: new Date(momentOf(timeZone, occurred_at)).toISOString() } : {}),
    ...(Object.keys(reporter).length ? { reporter } : {}),
    photos,
    place: placeOf(place, where),
  };
}

/** One of device, feature and point says where; the rest follows from it. @param {Draft['place']} place @param {string} where */
function placeOf(place, where) {
  const { scene, device, feature_id, building_id, storey_id, space_id } = place ?? {};
  return { ...(scene ? { scene } : {}), ...filled({ device, feature_id, building_id, storey_id, space_id, where }) };
}

/** @param {Record<string, string | null | undefined>} texts @returns {Record<string, string>} those that say something */
function filled(texts) {
  return Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => (text?.trim() ? [[name, text.trim()]] : [])));
}
