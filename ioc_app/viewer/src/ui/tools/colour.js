/** Colour a layer by one of its columns; the legend at the lower left explains it. */
import { fill, h } from '../dom.js';
import { RAMPS, gradient } from '../palettes.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../../engine/types').SceneLayer} SceneLayer */

/** @param {Context} context @returns {import('../context.js').Panel} */
export function colourTool(context) {
  const { tr, scene, store, actions } = context;
  const layers = scene.layers.filter((one) => one.features && colourable(one).length && one.kind !== 'table');
  if (!layers.length) return { element: h('p', { class: 'tool-body hint' }, tr.text('colour.none')) };
  const now = store.state.colouring;
  const layerSelect = h('select', { 'data-field': 'layer' }, ...layers.map((one) => h('option', { value: one.id }, tr.title(one.title))));
  layerSelect.value = now?.layer ?? store.state.feature?.layer_id ?? layers[0].id;
  if (layerSelect.selectedIndex < 0) layerSelect.selectedIndex = 0;
  const columnSelect = h('select', { 'data-field': 'column' });
  const columns = () => {
    const layer = layers.find((one) => one.id === layerSelect.value);
    const options = layer ? colourable(layer).map((one) => h('option', { value: one.name }, label(context, one))) : [];
    fill(columnSelect, h('option', { value: '' }, tr.text('colour.own')), ...options);
    columnSelect.value = now?.layer === layerSelect.value ? now.column : '';
  };
  const ramps = rampChoice(context, now?.ramp ?? RAMPS[0], () => apply());
  const apply = () => {
    const column = columnSelect.value;
    void actions.colourBy(column ? { layer: layerSelect.value, column, ramp: ramps.value() } : null);
  };
  layerSelect.addEventListener('change', () => {
    columns();
    apply();
  });
  columnSelect.addEventListener('change', apply);
  columns();
  const element = h(
    'div',
    { class: 'tool-body' },
    h('label', { class: 'field' }, h('span', {}, tr.text('colour.layer')), layerSelect),
    h('label', { class: 'field' }, h('span', {}, tr.text('colour.column')), columnSelect),
    ramps.element,
    h('p', { class: 'hint' }, tr.text('colour.hint')),
  );
  return { element };
}

/** Columns worth a colour: numbers, and text that is a category. @param {SceneLayer} layer */
function colourable(layer) {
  return layer.columns.filter((one) => one.category || one.type === 'number' || one.type === 'integer' || one.type === 'boolean');
}

/** @param {Context} context @param {import('../../engine/types').SceneColumn} column */
function label({ tr }, column) {
  const unit = tr.unit(column.unit);
  return unit ? `${tr.title(column.title)} (${unit})` : tr.title(column.title);
}

/** @param {Context} context @param {string} chosen @param {() => void} changed */
function rampChoice({ tr }, chosen, changed) {
  const radios = RAMPS.map((name) => {
    const radio = h('input', { type: 'radio', name: 'ui-ramp', value: name, checked: name === chosen });
    radio.addEventListener('change', changed);
    return { radio, row: h('label', { class: 'ramp' }, radio, h('span', { class: 'ramp-bar', style: { background: gradient(name) } }), name) };
  });
  return {
    element: h('fieldset', { class: 'ramps' }, h('legend', {}, tr.text('colour.ramp')), ...radios.map((one) => one.row)),
    value: () => radios.find((one) => one.radio.checked)?.radio.value ?? RAMPS[0],
  };
}
