/** A box that cuts everything outside it away; six sliders in scene axes, shown in campus coordinates. */
import { fill, h } from '../dom.js';
import { slider } from '../slider.js';
import { buildingOf } from '../../names.js';

/** @typedef {import('../../engine/types').Vec3} Vec3 */
/** @typedef {import('../../engine/types').Bbox} Bbox */
/** @typedef {import('../context.js').Context} Context */

const AXES = /** @type {const} */ (['east', 'north', 'height']);
const MARGIN_M = 1;

/** @param {Context} context @returns {import('../context.js').Panel} */
export function sectionTool(context) {
  const { tr, scene, store, actions } = context;
  const whole = scene.bbox;
  const sliders = h('div', {});
  const start = (/** @type {Bbox} */ bbox) => {
    actions.section({ min: /** @type {Vec3} */ (bbox.slice(0, 3).map((one) => one - MARGIN_M)), max: /** @type {Vec3} */ (bbox.slice(3).map((one) => one + MARGIN_M)) });
    draw();
  };
  const draw = () => fill(sliders, ...(store.state.section ? AXES.map((_axis, n) => axisSliders(context, n, whole)) : [h('p', { class: 'hint' }, tr.text('section.hint'))]));
  draw();
  const around = h('button', { type: 'button', class: 'button', onclick: () => start(chosenBox(context) ?? whole) }, tr.text('section.around'));
  const element = h(
    'div',
    { class: 'tool-body' },
    h(
      'div',
      { class: 'button-row' },
      h('button', { type: 'button', class: 'button', onclick: () => start(whole) }, tr.text('section.whole')),
      around,
      h('button', { type: 'button', class: 'button', onclick: () => { actions.section(null); draw(); } }, tr.text('off')),
    ),
    sliders,
  );
  const stop = store.watch(['feature'], () => {
    around.disabled = chosenBox(context) === null;
  });
  return { element, dispose: stop };
}

/** The building of the selected feature, or the feature itself. @param {Context} context @returns {Bbox | null} */
function chosenBox({ store, scene }) {
  const { feature } = store.state;
  const building = feature && buildingOf(scene, feature.building_id);
  return building?.bbox ?? feature?.bbox ?? null;
}

/** @param {Context} context @param {number} n axis @param {Bbox} whole */
function axisSliders({ tr, store, scene, actions }, n, whole) {
  const range = { min: Math.floor(whole[n]) - MARGIN_M, max: Math.ceil(whole[n + 3]) + MARGIN_M, step: n === 2 ? 0.1 : 0.5 };
  const shown = (/** @type {number} */ value) => `${tr.fixed(value + scene.campus.origin[n], 1)} m`;
  const change = (/** @type {'min' | 'max'} */ side) => (/** @type {number} */ value) => {
    const { section } = store.state;
    if (!section) return;
    const corner = /** @type {Vec3} */ ([...section[side]]);
    // the two sides may touch, never cross
    corner[n] = side === 'min' ? Math.min(value, section.max[n]) : Math.max(value, section.min[n]);
    actions.section({ ...section, [side]: corner });
  };
  const box = store.state.section;
  const label = tr.text(`axis.${AXES[n]}`);
  return h(
    'fieldset',
    { class: 'axis' },
    h('legend', {}, label),
    slider(tr.text('section.from'), { ...range, value: box?.min[n] ?? whole[n] }, change('min'), shown).element,
    slider(tr.text('section.to'), { ...range, value: box?.max[n] ?? whole[n + 3] }, change('max'), shown).element,
  );
}
