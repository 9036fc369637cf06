/** What the colours mean: of the chosen column, or nothing when things have their own. */
import { fill, h, iconButton } from '../dom.js';
import { gradient } from '../palettes.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../colouring.js').Legend} Legend */

/** @param {Context} context @returns {import('../context.js').Panel} */
export function legend(context) {
  const { tr, store, actions, scene } = context;
  const element = h('section', { class: 'legend float', 'aria-label': tr.text('legend.title'), hidden: true });
  const stop = store.watch(['colouring', 'legend'], (state) => {
    element.hidden = !state.colouring;
    if (!state.colouring) return;
    const layer = scene.layers.find((one) => one.id === state.colouring?.layer);
    fill(
      element,
      h(
        'div',
        { class: 'panel-head' },
        h('h2', {}, `${tr.title(layer?.title)} · ${tr.title(state.legend?.title)}`),
        iconButton('close', tr.text('colour.clear'), () => void actions.colourBy(null), { class: 'small' }),
      ),
      state.legend ? body(context, state.legend) : h('p', { class: 'hint', role: 'status' }, tr.text('legend.loading')),
    );
  });
  return { element, dispose: stop };
}

/** @param {Context} context @param {Legend} one */
function body({ tr, scene, store }, one) {
  if (!one.features) return h('p', { class: 'hint' }, tr.text('legend.empty'));
  if (one.type === 'number') {
    const unit = tr.unit(one.unit);
    const middle = ((one.min ?? 0) + (one.max ?? 0)) / 2;
    const ticks = [one.min ?? 0, middle, one.max ?? 0].map((value) => h('span', {}, tr.number(value, 2)));
    return h('div', { class: 'legend-ramp' }, h('div', { class: 'ramp-bar tall', style: { background: gradient(one.ramp ?? '') } }), h('div', { class: 'legend-ticks' }, ...ticks), h('p', { class: 'hint' }, [unit, tr.text('legend.known', { count: tr.number(one.features, 0) })].filter(Boolean).join(' · ')));
  }
  const layer = scene.layers.find((candidate) => candidate.id === store.state.colouring?.layer);
  const rows = (one.entries ?? []).map((entry) => {
    const name = entry.value === null ? tr.text('legend.others') : nameOf(entry.value, layer, store.state.colouring?.column, tr, scene);
    return h('li', {}, h('span', { class: 'swatch', style: { background: entry.colour } }), h('span', { class: 'legend-name' }, name), h('span', { class: 'layer-count' }, tr.number(entry.count, 0)));
  });
  return h('ul', { class: 'legend-list' }, ...rows);
}

/**
 * @param {string} value
 * @param {import('../../engine/types').SceneLayer | undefined} layer
 * @param {string | undefined} column
 * @param {import('../i18n.js').Translator} tr
 * @param {import('../../engine/types').Scene} scene
 */
function nameOf(value, layer, column, tr, scene) {
  if (column === layer?.colour_column && layer?.class_titles[value]) return tr.title(layer.class_titles[value]);
  if (column === 'building_id') return scene.buildings.find((one) => one.building_id === value)?.name ?? value;
  if (value === 'true' || value === 'false') return tr.text(value === 'true' ? 'yes' : 'no');
  return tr.code(column ?? '', value) || value;
}
