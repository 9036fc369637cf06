/** The features of one layer and one class, a page at a time: how far each moved, and which values are others than before. */
import { h, icon } from '../ui/dom.js';
import { asApiError } from '../ui/actions.js';
import { attributeTitle } from '../ui/fields.js';
import { plainText } from '../engine/text.js';
import { keyOf } from '../names.js';
import { colourOf, css, farOf, SIGNS } from './classes.js';
import { differing, rounded } from './values.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./shapes.js').Row} Row */
/** @typedef {{layer: string, change: import('./shapes.js').Change}} Chosen */

const PAGE = 50;
const LONGEST = 80; // signs of a value

/**
 * @param {Context} context
 * @param {Chosen} chosen
 * @param {(query: Record<string, string>) => Promise<import('./shapes.js').Page>} ask
 * @param {{go: (row: Row, chosen: Chosen) => void, back: () => void}} then
 * @returns {HTMLElement}
 */
export function rowList(context, chosen, ask, { go, back }) {
  const { tr } = context;
  const list = h('ol', { class: 'changes-rows' });
  const foot = h('div', { role: 'status' });
  const layer = context.scene.layers.find((one) => one.id === chosen.layer);
  const title = `${tr.title(layer?.title) || chosen.layer} · ${SIGNS[chosen.change]} ${tr.text(`changes.${chosen.change}`)}`;
  const more = async () => {
    const shown = list.childElementCount;
    foot.replaceChildren(h('p', { class: 'hint' }, tr.text('changes.waiting')));
    try {
      const page = await ask({ ...chosen, offset: String(shown), limit: String(PAGE) });
      list.append(...page.rows.map((row) => line(context, { ...chosen, masked: page.masked }, row, () => go(row, chosen))));
      const rest = page.total - list.childElementCount;
      foot.replaceChildren(...(rest > 0 ? [h('button', { type: 'button', class: 'button wide', 'data-act': 'more', onclick: () => void more() }, tr.text('changes.more', { count: tr.number(rest, 0) }))] : []));
    } catch (fault) {
      foot.replaceChildren(h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(asApiError(fault).text)));
    }
  };
  list.addEventListener('click', (event) => {
    const row = event.target instanceof Element ? event.target.closest('li') : null;
    if (row) for (const one of list.children) one.setAttribute('aria-current', String(one === row));
  });
  const heading = h('h3', { tabindex: '-1' }, title);
  void more();
  queueMicrotask(() => heading.focus({ preventScroll: true }));
  return h('div', { class: 'changes-list' }, h('button', { type: 'button', class: 'link-button', 'data-act': 'back', onclick: back }, tr.text('changes.back')), heading, list, foot);
}

/** @param {Context} context @param {Chosen & {masked: boolean}} chosen @param {Row} row @param {() => void} go */
function line(context, { change, layer, masked }, row, go) {
  const { tr } = context;
  const name = plainText(row.name, LONGEST) || keyOf(row.feature_id);
  const colour = css(colourOf(change, farOf(row.moved_plan_m, row.moved_height_m)));
  const values = differing(row.columns ?? []).flatMap((one) => {
    const name = h('dt', {}, one.attribute === undefined ? titleOf(context, layer, one.column) : attributeTitle(tr, one.attribute));
    if (one.old === null && one.new === null) return [name, h('dd', {}, tr.text('changes.untoldValue'))]; // they differ, and neither is told
    const [before, after] = rounded(one.old, one.new).map((value) => said(context, layer, one, value));
    return [name, h('dd', {}, h('del', {}, before), ' → ', h('ins', {}, after))];
  });
  return h(
    'li',
    {},
    h('button', { type: 'button', class: 'link-button', title: row.feature_id, disabled: !row.bbox, onclick: go }, h('span', { class: 'swatch', style: { background: colour } }), name),
    change === 'moved' ? h('p', {}, masked ? tr.text('changes.untoldRow') : moved(tr, row)) : null,
    row.former_id ? h('p', { class: 'hint' }, tr.text('changes.paired', { id: keyOf(row.former_id) })) : null,
    values.length ? h('dl', {}, ...values) : null,
  );
}

/** @param {import('../ui/i18n.js').Translator} tr @param {Row} row */
function moved(tr, { moved_plan_m: plan, moved_height_m: height }) {
  const signed = (/** @type {number} */ metres) => `${Math.abs(metres) < 0.0005 ? '±' : metres < 0 ? '−' : '+'}${tr.fixed(Math.abs(metres), 3)} m`;
  const parts = [plan === null ? '' : tr.text('changes.plan', { metres: `${tr.fixed(plan, 3)} m` }), height === null ? '' : tr.text('changes.height', { metres: signed(height) })];
  return parts.filter(Boolean).join(' · ') || tr.text('changes.placeless');
}

/** @param {Context} context @param {string} layerId @param {string} column */
const columnOf = ({ scene }, layerId, column) => scene.layers.find((one) => one.id === layerId)?.columns.find((one) => one.name === column);

/** @param {Context} context @param {string} layerId @param {string} column */
function titleOf(context, layerId, column) {
  const { tr } = context;
  const own = `changesColumn.${column}`;
  return tr.title(columnOf(context, layerId, column)?.title) || (tr.has(own) ? tr.text(own) : column);
}

/** @param {Context} context @param {string} layerId @param {{column: string, attribute?: string}} of @param {string | null} value */
function said(context, layerId, { column, attribute }, value) {
  const { tr } = context;
  if (value === null || value === '') return tr.text('changes.nothing');
  const unit = attribute === undefined ? columnOf(context, layerId, column)?.unit : '';
  return tr.code(column, value) || plainText(value, LONGEST) + (unit ? ` ${tr.unit(unit)}` : '');
}
