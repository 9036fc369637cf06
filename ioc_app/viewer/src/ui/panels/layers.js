/** Layers by where they lie: shown or not, how opaque, how many, in which colours. And buildings with their storeys. */
import { fill, h, icon } from '../dom.js';
import { category } from '../palettes.js';
import { part } from '../tools/part.js';
import { storeyList } from './storeys.js';

/** @typedef {import('../../engine/types').SceneLayer} SceneLayer */
/** @typedef {import('../context.js').Context} Context */

/** @type {{id: string, holds: (layer: SceneLayer) => boolean}[]} */
const GROUPS = [
  { id: 'computed', holds: (layer) => Boolean(layer.provenance) },
  { id: 'underground', holds: (layer) => layer.underground },
  { id: 'buildings', holds: (layer) => layer.kind === 'volume' || layer.kind === 'element' },
  { id: 'devices', holds: (layer) => layer.kind === 'marker' || layer.kind === 'zone' },
  { id: 'ground', holds: (layer) => layer.kind === 'terrain' || layer.kind === 'surface' },
];
const ORDER = ['ground', 'buildings', 'underground', 'devices', 'computed'];
const CLASSES_SHOWN = 24;

/** @param {Context} context @returns {import('../context.js').Panel} */
export function layersPanel(context) {
  const { tr, scene, store } = context;
  const storeys = storeyList(context);
  const groups = ORDER.map((id) => group(context, id)).filter((one) => one !== null);
  const empty = groups.length ? null : h('p', { class: 'empty' }, tr.text('layers.none'));
  const element = h(
    'aside',
    { class: 'dock dock-left', id: 'ui-layers', 'aria-label': tr.text('layers.title') },
    h('div', { class: 'dock-scroll' }, empty, ...groups.map((one) => one.element), orthophotos(context), tilesets(context), scene.buildings.length ? storeys.element : null),
  );
  const stop = store.watch(['layersOpen', 'planStorey'], (state) => {
    element.hidden = !state.layersOpen || state.planStorey !== null;
  });
  return {
    element,
    dispose: () => {
      stop();
      groups.forEach((one) => one.dispose());
      storeys.dispose?.();
    },
  };
}

/** @param {SceneLayer} layer */
function groupOf(layer) {
  return GROUPS.find((one) => one.holds(layer))?.id ?? null;
}

/** @param {Context} context @param {string} id */
function group(context, id) {
  const { tr, scene, engine } = context;
  const layers = scene.layers.filter((layer) => layer.features > 0 && groupOf(layer) === id);
  if (!layers.length) return null;
  const all = h('input', { type: 'checkbox', 'aria-label': tr.text('layers.all', { group: tr.text(`group.${id}`) }) });
  const rows = layers.map((layer) => layerRow(context, layer));
  const refresh = (/** @type {import('../../engine/types').LayerStates} */ states) => {
    rows.forEach((row) => row.follow(states));
    const shown = layers.filter((layer) => states[layer.id]?.visible).length;
    all.checked = shown === layers.length;
    all.indeterminate = shown > 0 && shown < layers.length;
  };
  all.addEventListener('change', () => {
    for (const layer of layers) engine.setLayerVisible(layer.id, all.checked);
  });
  refresh(engine.layerState());
  const element = h(
    'section',
    { class: 'layer-group' },
    h('label', { class: 'layer-group-head' }, all, h('h2', {}, tr.text(`group.${id}`))),
    h('ul', { class: 'layer-list' }, ...rows.map((row) => row.element)),
  );
  return { element, dispose: engine.on('layers', refresh) };
}

/**
 * A layer's line. It shows what the engine says, whoever changed it.
 * @param {Context} context
 * @param {SceneLayer} layer
 */
function layerRow(context, layer) {
  const { tr, engine } = context;
  const check = h('input', { type: 'checkbox', id: `ui-layer-${layer.id}`, 'data-layer': layer.id });
  check.addEventListener('change', () => engine.setLayerVisible(layer.id, check.checked));
  const opacity = opacitySlider(context, layer);
  const details = h('div', { class: 'layer-details', hidden: true });
  const more = moreButton(tr, tr.title(layer.title), details, () => fill(details, opacity.element, provenance(context, layer), classLegend(context, layer), possible(context, layer)));
  const element = h(
    'li',
    { class: 'layer' },
    h(
      'div',
      { class: 'layer-row' },
      check,
      h('span', { class: 'swatch', style: { background: layer.colour } }),
      h('label', { for: `ui-layer-${layer.id}`, class: 'layer-title' }, tr.title(layer.title)),
      h('span', { class: 'layer-count', title: tr.text('layers.count') }, tr.number(layer.features, 0)),
      more,
    ),
    details,
  );
  const follow = (/** @type {import('../../engine/types').LayerStates} */ states) => {
    const state = states[layer.id];
    if (!state) return;
    check.checked = state.visible;
    opacity.input.value = String(state.opacity);
  };
  return { element, follow };
}

/**
 * @param {import('../i18n.js').Translator} tr
 * @param {string} title
 * @param {HTMLElement} details what it opens and closes
 * @param {() => void} [onOpen]
 */
function moreButton(tr, title, details, onOpen) {
  const more = h('button', { type: 'button', class: 'icon-button small layer-more', 'aria-expanded': 'false', 'aria-label': tr.text('layers.more', { layer: title }), title: tr.text('layers.moreHint') }, icon('chevron'));
  more.addEventListener('click', () => {
    details.hidden = !details.hidden;
    more.setAttribute('aria-expanded', String(!details.hidden));
    if (!details.hidden) onOpen?.();
  });
  return more;
}

/** @param {Context} context @param {SceneLayer} layer */
function opacitySlider({ tr, engine }, layer) {
  const input = h('input', { type: 'range', min: '0.05', max: '1', step: '0.05', 'aria-label': tr.text('layers.opacityOf', { layer: tr.title(layer.title) }) });
  input.addEventListener('input', () => engine.setLayerOpacity(layer.id, Number(input.value)));
  return { input, element: h('label', { class: 'slider-row' }, h('span', {}, tr.text('layers.opacity')), input) };
}

/** Who computed it, how and from what. @param {Context} context @param {SceneLayer} layer */
function provenance({ tr }, { provenance: said }) {
  if (!said) return null;
  const who = tr.text('layers.computedBy', { who: said.made_by, at: tr.moment(said.made_at), version: said.version });
  const inputs = said.inputs.length ? h('p', {}, tr.text('layers.inputs', { inputs: said.inputs.join(', ') })) : null;
  return h('div', { class: 'provenance' }, h('p', {}, said.method), h('p', {}, who), inputs);
}

/** Where pipes may lie, for those who may know where they do. @param {Context} context @param {SceneLayer} layer */
function possible(context, layer) {
  if (layer.kind !== 'pipe' || !layer.underground || !context.store.state.me?.rights.includes('underground')) return null;
  return part('underground', ({ possiblePositions }) => possiblePositions(context, layer), 'fault.underground')(context).element;
}

/** The colours of the classes, and a way to colour by them. @param {Context} context @param {SceneLayer} layer */
function classLegend({ tr }, layer) {
  const classes = Object.entries(layer.colours);
  if (!classes.length) return null;
  return h(
    'ul',
    { class: 'class-legend' },
    ...classes.slice(0, CLASSES_SHOWN).map(([value, colour], n) =>
      h('li', {}, h('span', { class: 'swatch', style: { background: colour || category(n) } }), tr.title(layer.class_titles[value]) || value),
    ),
  );
}

/** One picture at a time lies on the ground. @param {Context} context */
function orthophotos({ tr, scene, actions, store }) {
  if (!scene.orthophotos.length) return null;
  const several = scene.orthophotos.length > 1;
  const checks = scene.orthophotos.map((_, n) => h('input', { type: 'checkbox', checked: store.state.orthophoto === n, 'data-orthophoto': n }));
  checks.forEach((check, n) =>
    check.addEventListener('change', () => {
      actions.orthophoto(check.checked ? n : null);
      checks.forEach((other, at) => (other.checked = check.checked && at === n));
    }),
  );
  const rows = scene.orthophotos.map(({ name }, n) => {
    const title = tr.text('layers.orthophoto') + (several ? ` ${name ?? n + 1}` : '');
    return h('label', { class: 'layer-row extra' }, checks[n], h('span', { class: 'layer-title' }, title));
  });
  return h('div', {}, ...rows);
}

/** Attached 3D Tiles. What is not shown is not loaded. @param {Context} context */
function tilesets(context) {
  const { tr, scene, engine } = context;
  if (!scene.tilesets.length) return null;
  const rows = scene.tilesets.map((one) => {
    const title = tr.title(one.title) || one.id;
    const state = engine.tilesetState()[one.id] ?? one;
    const check = h('input', { type: 'checkbox', checked: state.visible, id: `ui-tileset-${one.id}`, 'data-tileset': one.id });
    check.addEventListener('change', () => engine.setTilesetVisible(one.id, check.checked));
    const slider = h('input', { type: 'range', min: '0.05', max: '1', step: '0.05', value: state.opacity, 'aria-label': tr.text('layers.opacityOf', { layer: title }) });
    slider.addEventListener('input', () => engine.setTilesetOpacity(one.id, Number(slider.value)));
    const details = h('div', { class: 'layer-details', hidden: true }, h('label', { class: 'slider-row' }, h('span', {}, tr.text('layers.opacity')), slider));
    const more = moreButton(tr, title, details);
    const fly = h('button', { type: 'button', class: 'icon-button small', 'aria-label': `${tr.text('card.fly')}: ${title}`, title: tr.text('card.fly'), onclick: () => engine.flyTo({ bbox: one.bbox }) }, icon('fly'));
    const label = h('label', { for: check.id, class: 'layer-title' }, title);
    return h('li', { class: 'layer' }, h('div', { class: 'layer-row' }, check, label, fly, more), details);
  });
  return h('section', { class: 'layer-group' }, h('h2', {}, tr.text('layers.tilesets')), h('ul', { class: 'layer-list' }, ...rows));
}
