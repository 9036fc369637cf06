/** Above the table: what it shows, and what can be done about what the acts are about now (`meant`). */
import { h } from '../../ui/dom.js';
import { buildingName } from '../../names.js';
import { LEVELS } from '../../engine/levels.js';

/** @typedef {import('./acts.js').ActName} ActName */

/** @type {readonly [ActName, string][]} */
const ACTS = [['acknowledge', 'Q'], ['shelve', 'S'], ['assign', 'G'], ['comment', 'C']];

/**
 * @param {import('../../ui/context.js').Context} context
 * @param {import('./rows.js').Rows} rows
 * @param {{act: (name: ActName) => void, meant: () => unknown[], changed: () => void, allowed: () => boolean}} desk
 */
export function alarmBar({ tr, scene }, rows, { act, meant, changed, allowed }) {
  const { filter } = rows;
  const narrow = (/** @type {Partial<import('./filter.js').Filter>} */ change) => {
    rows.narrow(change);
    changed();
  };
  const choice = (/** @type {'level' | 'building'} */ name, /** @type {[string, string][]} */ options) => {
    const select = h('select', { 'aria-label': tr.text(`filter.${name}`), onchange: () => narrow({ [name]: select.value }) }, ...[['', tr.text(`filter.${name}`)], ...options].map(([value, text]) => h('option', { value }, text)));
    select.value = filter[name];
    return select;
  };
  const levels = /** @type {[string, string][]} */ ([...LEVELS].reverse().map(({ name }) => [name, tr.text(`level.${name}`)]));
  const buildings = /** @type {[string, string][]} */ (scene.buildings.map((one) => [one.building_id, buildingName(one, tr.language) || one.building_id]));
  const calling = h('input', { type: 'checkbox', checked: filter.calling, onchange: () => narrow({ calling: calling.checked }) });
  const text = h('input', { type: 'search', class: 'filter', value: filter.text, placeholder: tr.text('filter.text'), 'aria-label': tr.text('filter.text'), oninput: () => narrow({ text: text.value }) });
  const buttons = ACTS.map(([name, key]) => {
    const label = h('span', {});
    const button = h('button', { type: 'button', class: name === 'acknowledge' ? 'button primary' : 'button', 'data-act': name, 'aria-keyshortcuts': key, onclick: () => act(name) }, label, h('kbd', {}, key));
    return { name, label, button };
  });
  const acts = h('div', { class: 'desk-acts' }, ...buttons.map(({ button }) => button));
  const element = h('div', { class: 'desk-bar' }, h('div', { class: 'desk-filters' }, choice('level', levels), choice('building', buildings), text, h('label', { class: 'desk-choice' }, calling, tr.text('filter.calling'))), acts);
  const show = () => {
    acts.hidden = !allowed();
    const count = meant().length;
    for (const { name, label, button } of buttons) {
      label.textContent = count > 1 ? tr.text('act.several', { act: tr.text(`act.${name}`), count }) : tr.text(`act.${name}`);
      button.disabled = !count;
    }
  };
  return { element, show };
}
