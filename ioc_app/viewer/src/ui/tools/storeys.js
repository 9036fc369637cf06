/** Lift the storeys of a building apart, or show some of them alone. */
import { fill, h } from '../dom.js';
import { slider } from '../slider.js';
import { buildingName, buildingOf } from '../../names.js';

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function storeysTool(context) {
  const { tr, scene, store, actions } = context;
  const buildings = scene.buildings.filter((one) => one.storeys.length);
  if (!buildings.length) return { element: h('p', { class: 'tool-body hint' }, tr.text('storeys.none')) };
  const chosen = store.state.isolation?.buildingId || store.state.explode.buildingId || store.state.feature?.building_id;
  const select = h('select', { 'aria-label': tr.text('storeys.building') }, ...buildings.map((one) => h('option', { value: one.building_id }, buildingName(one, tr.language))));
  select.value = buildings.some((one) => one.building_id === chosen) ? String(chosen) : buildings[0].building_id;
  const list = h('div', { class: 'storey-checks', role: 'group', 'aria-label': tr.text('storeys.show') });
  const draw = () => fill(list, ...checks(context, select.value));
  select.addEventListener('change', draw);
  const explode = slider(tr.text('storeys.explode'), { min: 0, max: 100, step: 5, value: store.state.explode.factor * 100 }, (value) => actions.explode(value / 100, select.value), (value) => `${Math.round(value)} %`).element;
  const element = h(
    'div',
    { class: 'tool-body' },
    h('label', { class: 'field' }, h('span', {}, tr.text('storeys.building')), select),
    explode,
    h('p', { class: 'field-title' }, tr.text('storeys.show')),
    list,
  );
  return { element, dispose: store.watch(['isolation'], draw) };
}

/** @param {import('../context.js').Context} context @param {string} buildingId */
function checks({ tr, scene, store, actions }, buildingId) {
  const storeys = buildingOf(scene, buildingId)?.storeys ?? [];
  const shown = store.state.isolation?.buildingId === buildingId ? store.state.isolation.storeyIds : null;
  const rows = [...storeys].sort((a, b) => b.elevation_m - a.elevation_m).map((storey) => {
    const check = h('input', { type: 'checkbox', checked: shown?.includes(storey.storey_id) ?? false });
    check.addEventListener('change', () => {
      const before = store.state.isolation?.buildingId === buildingId ? store.state.isolation.storeyIds : [];
      const after = check.checked ? [...before, storey.storey_id] : before.filter((one) => one !== storey.storey_id);
      actions.isolate(buildingId, after);
    });
    return h('label', { class: 'check' }, check, storey.name || String(storey.ordinal));
  });
  return [...rows, h('button', { type: 'button', class: 'button wide', disabled: !shown, onclick: () => actions.isolate(buildingId, []) }, tr.text('storeys.all'))];
}
