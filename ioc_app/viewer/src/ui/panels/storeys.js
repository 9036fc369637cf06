/** Buildings with their storeys: fly there, show one storey alone, open its plan. */
import { fill, h, icon, iconButton } from '../dom.js';
import { buildingName } from '../../names.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../../engine/types').SceneBuilding} SceneBuilding */

const SHOWN_AT_ONCE = 60;

/** @param {Context} context @returns {import('../context.js').Panel} */
export function storeyList(context) {
  const { tr, scene } = context;
  // those with storeys first: they are what one can go into
  const buildings = [...scene.buildings].sort((a, b) => Number(b.storeys.length > 0) - Number(a.storeys.length > 0));
  const list = h('ul', { class: 'building-list' });
  /** @type {(() => void)[]} */
  const stops = [];
  const show = (/** @type {string} */ part) => {
    stops.splice(0).forEach((stop) => stop());
    const wanted = part.trim().toLowerCase();
    const found = buildings.filter((one) => `${one.name} ${one.name_en} ${one.code}`.toLowerCase().includes(wanted));
    const rows = found.slice(0, SHOWN_AT_ONCE).map((one) => buildingRow(context, one, stops));
    const rest = found.length - rows.length;
    fill(list, ...rows, rest > 0 && h('li', { class: 'hint' }, tr.text('buildings.more', { count: tr.number(rest, 0) })));
  };
  const filter = h('input', { type: 'search', class: 'filter', placeholder: tr.text('buildings.filter'), 'aria-label': tr.text('buildings.filter') });
  filter.addEventListener('input', () => show(filter.value));
  show('');
  const element = h(
    'section',
    { class: 'layer-group buildings' },
    h('div', { class: 'layer-group-head' }, h('h2', {}, tr.text('buildings.title')), h('span', { class: 'layer-count' }, tr.number(buildings.length, 0))),
    buildings.length > 12 ? filter : null,
    list,
  );
  return { element, dispose: () => stops.forEach((stop) => stop()) };
}

/** @param {Context} context @param {SceneBuilding} building @param {(() => void)[]} stops */
function buildingRow(context, building, stops) {
  const { tr, actions } = context;
  const storeys = h('ul', { class: 'storey-list', hidden: true });
  const name = buildingName(building, tr.language);
  const more = h('button', { type: 'button', class: 'icon-button small layer-more', 'aria-expanded': 'false', 'aria-label': tr.text('buildings.storeysOf', { building: name }), hidden: !building.storeys.length }, icon('chevron'));
  more.addEventListener('click', () => {
    storeys.hidden = !storeys.hidden;
    more.setAttribute('aria-expanded', String(!storeys.hidden));
    if (!storeys.hidden && !storeys.childElementCount) fill(storeys, ...storeyRows(context, building, stops));
  });
  return h(
    'li',
    { class: 'building', 'data-building': building.building_id },
    h(
      'div',
      { class: 'layer-row' },
      h('button', { type: 'button', class: 'link-button layer-title', title: tr.text('card.fly'), onclick: () => actions.flyTo(building) }, name),
      building.storeys.length ? h('span', { class: 'layer-count' }, tr.text('buildings.storeys', { count: building.storeys.length })) : null,
      more,
    ),
    storeys,
  );
}

/** @param {Context} context @param {SceneBuilding} building @param {(() => void)[]} stops */
function storeyRows(context, building, stops) {
  const { tr, actions, store } = context;
  // as one sees them from outside: the top storey on top
  return [...building.storeys].sort((a, b) => b.elevation_m - a.elevation_m).map((storey) => {
    const isolate = h('button', { type: 'button', class: 'link-button', 'data-storey': storey.storey_id, 'aria-pressed': 'false', title: tr.text('storey.isolate') }, icon('isolate'), storey.name || String(storey.ordinal));
    isolate.addEventListener('click', () => {
      const alone = store.state.isolation?.storeyIds.includes(storey.storey_id);
      actions.isolate(building.building_id, alone ? [] : [storey.storey_id]);
      if (!alone) actions.flyTo(building);
    });
    stops.push(
      store.watch(['isolation'], ({ isolation }) => isolate.setAttribute('aria-pressed', String(Boolean(isolation?.storeyIds.includes(storey.storey_id))))),
    );
    return h(
      'li',
      { class: 'storey' },
      isolate,
      h('span', { class: 'layer-count' }, `${tr.fixed(storey.elevation_m + context.scene.campus.origin[2], 2)} m`),
      iconButton('plan', tr.text('storey.plan', { storey: storey.name }), () => actions.openPlan(storey.storey_id), { class: 'small' }),
    );
  });
}
