/** What the legend says of values that change: how many sensors, how many of them say nothing, when, and of the field. */
import { h } from '../ui/dom.js';
import { NO_VALUE } from '../ui/palettes.js';

/** @typedef {import('../ui/i18n.js').Translator} Translator */
/** @typedef {import('./sensors.js').Quality} Quality */
/**
 * @typedef {object} Said
 * @property {number} sensors that can be believed
 * @property {number} rooms that have one of them
 * @property {[Quality, number][]} doubts
 * @property {number} otherUnits
 * @property {string | null} at ISO 8601
 * @property {import('./field.js').Field} field
 */

/**
 * @param {Said} said
 * @param {Translator} tr
 * @param {{on: boolean, toggle: (on: boolean) => void}} field
 * @returns {(HTMLElement | null)[]}
 */
export function explained({ sensors, rooms, doubts, otherUnits, at, field: { state, ...field } }, tr, { on, toggle }) {
  const count = (/** @type {number} */ number) => tr.number(number, 0);
  const hint = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => h('p', { class: 'hint' }, tr.text(key, values));
  const grey = doubts.map(([quality, number]) => tr.text(`now.${quality}`, { count: count(number) }));
  const check = h('input', { type: 'checkbox', 'data-field': 'field', checked: on });
  check.addEventListener('change', () => toggle(check.checked));
  return [
    hint('now.known', { sensors: count(sensors), rooms: count(rooms) }),
    at ? hint('now.at', { time: tr.time(at) }) : null,
    grey.length ? h('p', { class: 'legend-grey', 'data-row': 'doubt' }, h('span', { class: 'swatch', style: { background: NO_VALUE } }), tr.list(grey)) : null,
    otherUnits ? hint('now.otherUnits', { count: count(otherUnits) }) : null,
    state === 'none' ? hint('now.field.none') : h('label', { class: 'check' }, check, tr.text('now.field')),
    state === 'shown' || state === 'few' ? h('p', { class: 'hint', 'data-row': 'field' }, tr.text(`now.field.${state}`, /** @type {Record<string, number>} */ (field))) : null,
  ];
}
