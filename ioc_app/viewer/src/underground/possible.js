/** Below a layer of pipes: within what tube each pipe lies, asked with a reason and drawn around what is looked at. */
import { asApiError } from '../ui/actions.js';
import { fill, h } from '../ui/dom.js';
import { reasonField } from './fields.js';
import en from './i18n/en.json';
import { joined, tubesOf } from './tube.js';
import zh from './i18n/zh.json';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {{parts: number[][], parts_found: number, k: number, by_class: number, widest_m: number}} Possible */

const ALPHA = 72;
/** What is drawn, by layer: all layers share the engine's one mesh. @type {WeakMap<object, Map<string, import('../engine/types').Areas>>} */
const drawn = new WeakMap();

/** @param {string} colour #rrggbb @returns {[number, number, number, number]} */
const rgba = (colour) => [.../** @type {[number, number, number]} */ ([1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))), ALPHA];

/** @param {Context} context @param {import('../engine/types').SceneLayer} layer @returns {import('../ui/context.js').Panel} */
export function possiblePositions(context, layer) {
  const { tr, api, engine, actions } = context;
  /** @type {typeof import('../ui/i18n.js').Translator} */ (tr.constructor).learn({ zh, en });
  const say = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => tr.text(`underground.possible.${key}`, values);
  const mine = drawn.get(engine) ?? new Map();
  drawn.set(engine, mine);
  const lay = () => engine.layAreas(joined([...mine.values()]));
  const said = h('p', { class: 'hint', role: 'status' });
  const reason = reasonField(tr);
  const check = h('input', { type: 'checkbox', 'data-possible': layer.id, checked: mine.has(layer.id) });
  const show = h('button', { type: 'submit', class: 'button' }, say('draw'));
  const form = h('form', { class: 'dug-form', novalidate: true, hidden: !mine.has(layer.id) }, reason.element, show);
  const ask = async () => {
    if (!reason.accepted()) return fill(said, tr.text('underground.noReason'));
    show.disabled = true;
    fill(said, tr.text('underground.waiting'));
    const { target } = engine.getView();
    try {
      /** @type {Possible} */
      const told = await api.post('/possible-positions', { layer_id: layer.id, around: [target[0], target[1]], exactly: reason.text() });
      if (!check.checked) return fill(said);
      mine.set(layer.id, tubesOf(told.parts, rgba(layer.colour)));
      lay();
      actions.uncover({ layer_id: layer.id });
      fill(said, say('shown', { shown: tr.number(told.parts.length, 0), found: tr.number(told.parts_found, 0), k: told.k, widest: tr.fixed(told.widest_m, 2), assumed: tr.number(told.by_class, 0) }));
    } catch (fault) {
      fill(said, tr.title(asApiError(fault).text));
    } finally {
      show.disabled = false;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void ask();
  });
  check.addEventListener('change', () => {
    form.hidden = !check.checked;
    fill(said);
    if (!check.checked && mine.delete(layer.id)) lay();
    if (check.checked) reason.accepted() ? void ask() : reason.input.focus();
  });
  return { element: h('div', { class: 'dug-possible' }, h('label', { class: 'layer-row extra' }, check, h('span', { class: 'layer-title' }, say('title'))), form, said) };
}
