/** Everything known of the selected thing: what, where, its values, where they come from, what it belongs to. */
import { fill, h, icon, iconButton } from '../dom.js';
import { chunk } from '../chunk.js';
import { attributeTitle, propertyTitle } from '../fields.js';
import { cameraOf } from './camera.js';
import { pointsOf } from './points.js';
import { buildingName, buildingOf, fullName, keyOf } from '../../names.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../api.js').Feature} Feature */
/** @typedef {[string, Node | string]} Row */

const OPEN_SET_LIMIT = 1; // property sets shown open; buildings have dozens
const RELATIONS_SHOWN = 40;
const DEVICES = 'devices'; // the layer that cameras are in
const LONG_TEXT = 160; // characters; what is longer is folded

/** @param {Context} context @param {import('../desk.js').Places} places @returns {import('../context.js').Panel} */
export function card(context, { about }) {
  const { store, tr } = context;
  const element = h('aside', { class: 'dock card', 'aria-label': tr.text('card.title'), 'aria-live': 'polite', hidden: true });
  const stop = store.watch(['cardState', 'feature'], (state) => {
    element.hidden = state.cardState === 'none';
    element.setAttribute('aria-busy', String(state.cardState === 'loading'));
    if (state.cardState === 'shown' && state.feature) fill(element, ...filled(context, state.feature, about));
    else if (state.cardState === 'loading' && !state.feature) fill(element, head(context, tr.text('card.loading'), ''), skeleton());
    else if (state.cardState === 'failed') fill(element, ...failed(context));
  });
  return { element, dispose: stop };
}

/** @param {Context} context */
function failed(context) {
  const { tr, store } = context;
  return [head(context, tr.text('card.failed'), ''), h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(store.state.cardError?.text))];
}

function skeleton() {
  return h('div', { class: 'skeleton', 'aria-hidden': 'true' }, ...[90, 60, 75, 40, 80, 55].map((width) => h('div', { style: { width: `${width}%` } })));
}

/** @param {Context} context @param {string} title @param {string} kicker @param {string} [colour] */
function head(context, title, kicker, colour) {
  const { tr, actions } = context;
  return h(
    'div',
    { class: 'card-head' },
    h('div', { class: 'card-title' }, h('p', { class: 'kicker' }, colour ? h('span', { class: 'swatch', style: { background: colour } }) : null, kicker), h('h2', {}, title)),
    iconButton('close', tr.text('close'), () => actions.closeCard(), { class: 'small' }),
  );
}

/** @param {Context} context @param {Feature} feature @param {HTMLElement} about what the desk knows of it */
function filled(context, feature, about) {
  const { tr, scene } = context;
  const layer = scene.layers.find((one) => one.id === feature.layer_id);
  const kind = classTitle(context, feature);
  const kicker = [tr.title(layer?.title) || feature.layer_id, kind].filter(Boolean).join(' · ');
  return [
    head(context, titleOf(context, feature), kicker, layer?.colours[feature[layer.colour_column ?? '']] ?? layer?.colour),
    place(context, feature),
    hiddenLayer(context, feature),
    buttons(context, feature),
    h(
      'div',
      { class: 'dock-scroll' },
      feature.device_type === 'camera' && feature.device_code ? cameraOf(context, feature.device_code, titleOf(context, feature)) : null,
      feature.device_code ? h('details', { class: 'facts', open: true }, h('summary', {}, h('span', {}, tr.text('card.points'))), pointsOf(context, feature.device_code)) : null,
      about,
      layer?.kind === 'pipe' ? computed(context, 'network', 'card.network', 'pipes', (part) => part.pipeAnalysis(context, feature)) : null,
      sight(context, feature),
      section(tr.text('card.values'), values(context, feature), true),
      section(tr.text('card.occupancy'), occupancy(context, feature.occupancy), true),
      section(tr.text('card.position'), position(context, feature), true),
      section(tr.text('card.attributes'), attributes(context, feature), true),
      ...propertySets(context, feature),
      section(tr.text('card.materials'), materials(context, feature), true),
      section(tr.text('card.systems'), systems(context, feature), true),
      relations(context, feature),
      section(tr.text('card.source'), source(context, feature), true),
    ),
  ];
}

/**
 * What is computed of it; what computes it is a chunk, fetched when this is opened.
 * @template {keyof import('../chunk.js').Chunks} Name
 * @param {Context} context
 * @param {string} mark data-<mark>
 * @param {string} title
 * @param {Name} name
 * @param {(part: import('../chunk.js').Chunks[Name], details: HTMLDetailsElement) => HTMLElement} make
 */
function computed({ tr }, mark, title, name, make) {
  const place = h('div', {});
  const open = async () => {
    const part = details.open && !place.childElementCount && (await chunk(name));
    if (part) fill(place, make(part, details));
  };
  const details = h('details', { class: 'facts', [`data-${mark}`]: '', ontoggle: () => void open().catch(() => fill(place, h('p', { class: 'error', role: 'alert' }, tr.text('card.failed')))) }, h('summary', {}, h('span', {}, tr.text(title))), place);
  return details;
}

/** Outdoors: what a camera sees, by which cameras anything else is seen. @param {Context} context @param {Feature} feature */
function sight(context, feature) {
  if (!feature.position || feature.storey_id || feature.building_id || !context.scene.layers.some((one) => one.id === DEVICES)) return null;
  return computed(context, 'sight', feature.device_type === 'camera' ? 'card.sees' : 'card.seenBy', 'sight', (part, details) => part.sightOf(context, feature, details));
}

/** A room is known by its number and what it is called. @param {Context} context @param {Feature} feature */
function titleOf({ tr }, feature) {
  const name = (tr.language === 'en' && feature.name_en) || feature.name;
  return fullName([feature.number, name, feature.long_name]) || keyOf(feature.feature_id);
}

/** Say why a found thing is not to be seen, and cure it. @param {Context} context @param {Feature} feature */
function hiddenLayer({ tr, engine }, feature) {
  if (engine.layerState()[feature.layer_id]?.visible ?? true) return null;
  const row = h('p', { class: 'card-hidden' }, tr.text('card.layerHidden'));
  const show = () => {
    engine.setLayerVisible(feature.layer_id, true);
    row.remove();
  };
  row.append(h('button', { type: 'button', class: 'link-button', onclick: show }, tr.text('card.showLayer')));
  return row;
}

/** @param {Context} context @param {Feature} feature */
function classTitle({ tr, scene }, feature) {
  const layer = scene.layers.find((one) => one.id === feature.layer_id);
  const value = layer?.colour_column ? feature[layer.colour_column] : null;
  if (value) return tr.title(layer?.class_titles[value]) || tr.code(layer?.colour_column ?? '', value) || String(value);
  return tr.code('ifc_class', feature.ifc_class) || (feature.ifc_class ?? '');
}

/** Building › storey › space. @param {Context} context @param {Feature} feature */
function place({ scene, tr }, feature) {
  const within = buildingOf(scene, feature.building_id);
  const building = feature.building_id === feature.feature_id ? null : within ? buildingName(within, tr.language) : feature.building;
  const steps = [building, feature.storey, feature.space].filter((one) => one && one !== feature.name);
  return steps.length ? h('p', { class: 'card-place' }, steps.join(' › ')) : null;
}

/** @param {Context} context @param {Feature} feature */
function buttons(context, feature) {
  const { tr, actions, scene } = context;
  const building = buildingOf(scene, feature.building_id);
  const storey = building?.storeys.find((one) => one.storey_id === feature.storey_id);
  const button = (/** @type {string} */ name, /** @type {string} */ text, /** @type {() => void} */ onclick) =>
    h('button', { type: 'button', class: 'button', 'data-act': name, onclick }, icon(name), tr.text(text));
  return h(
    'div',
    { class: 'button-row card-buttons' },
    button('fly', 'card.fly', () => actions.flyTo(feature)),
    storey && building ? button('isolate', 'card.isolate', () => actions.isolate(building.building_id, [storey.storey_id])) : null,
    storey ? button('plan', 'card.plan', () => actions.openPlan(storey.storey_id)) : null,
  );
}

/** The layer's own columns that have a value. @param {Context} context @param {Feature} feature @returns {Row[]} */
function values(context, feature) {
  const layer = context.scene.layers.find((one) => one.id === feature.layer_id);
  const known = (layer?.columns ?? []).filter((one) => feature[one.name] !== null && feature[one.name] !== undefined && feature[one.name] !== '');
  return known.map((one) => {
    const other = feature.references?.[one.name];
    if (other) return [context.tr.title(one.title), relationLink(context, other)];
    const title = one.name === layer?.colour_column ? context.tr.title(layer.class_titles[feature[one.name]]) : '';
    return [context.tr.title(one.title), title || context.tr.code(one.name, feature[one.name]) || value(context, feature[one.name], one.unit, one.type)];
  });
}

/**
 * A value as people read it: with its unit, lists a line each, long texts folded.
 * @param {Context} context
 * @param {any} raw
 * @param {string | null} [unit]
 * @param {string} [type]
 * @returns {Node | string}
 */
function value(context, raw, unit = '', type = '') {
  const { tr } = context;
  if (typeof raw === 'boolean' || raw === 'true' || raw === 'false') return tr.text(String(raw) === 'true' ? 'yes' : 'no');
  if (Array.isArray(raw)) return h('ul', { class: 'value-list' }, ...raw.map((one) => h('li', {}, value(context, one))));
  const suffix = unit ? ` ${tr.unit(unit)}` : '';
  // years and counts are not grouped, measures are
  if (typeof raw === 'number') return (type === 'integer' ? String(raw) : tr.number(raw, 3)) + suffix;
  const text = (raw !== null && typeof raw === 'object' ? JSON.stringify(raw) : String(raw)) + suffix;
  return text.length > LONG_TEXT ? h('details', { class: 'long-text' }, h('summary', {}, `${text.slice(0, LONG_TEXT)}…`), text) : text;
}

/** Units with their people counted, then tenants. @param {Context} context @param {import('../api.js').Occupancy | null | undefined} has @returns {Row[]} */
function occupancy({ tr }, has) {
  if (!has) return [];
  const area = (/** @type {number | null} */ size) => (size ? `${tr.number(size, 2)} ${tr.unit('m2')}` : '');
  const joined = (/** @type {string[]} */ ...parts) => parts.filter(Boolean).join(' · ') || '–';
  /** @type {Row[]} */
  const rows = has.units.map((one) => [one.name, tr.text('card.people', { count: tr.number(one.people, 0) })]);
  if (has.area_m2) rows.push([tr.text('card.assignedArea'), area(has.area_m2)]);
  const ends = (/** @type {string | null} */ day) => (day ? tr.text('card.leaseEnds', { day }) : '');
  return [...rows, ...has.leases.map((one) => /** @type {Row} */ ([one.tenant, joined(area(one.area_m2), ends(one.ends_on))]))];
}

/** @param {Context} context @param {Feature} feature @returns {Row[]} */
function position({ tr, scene }, feature) {
  if (!feature.position) return [];
  const [east, north, height] = feature.position.map((one, n) => tr.fixed(one + scene.campus.origin[n], 2));
  /** @type {Row[]} */
  const rows = [
    [tr.text('axis.east'), `${east} m`],
    [tr.text('axis.north'), `${north} m`],
    [tr.text('axis.height'), `${height} m`],
  ];
  if (feature.accuracy_class) rows.push([tr.text('card.accuracy'), accuracy(tr, feature)]);
  return rows;
}

/** @param {import('../i18n.js').Translator} tr @param {Feature} feature */
function accuracy(tr, feature) {
  const name = `accuracy.${feature.accuracy_class}`;
  const spread = /** @type {const} */ (['plan_sd_m', 'depth_sd_m']).map((one) => feature[one] && tr.text(`card.${one}`, { metres: tr.number(feature[one], 2) }));
  return [tr.has(name) ? tr.text(name) : String(feature.accuracy_class), ...spread].filter(Boolean).join(' · ');
}

/** @param {Context} context @param {Feature} feature @returns {Row[]} */
function attributes(context, feature) {
  return Object.entries(feature.attributes ?? {}).filter(([, one]) => one !== null && one !== '').map(([name, one]) => [attributeTitle(context.tr, name), name === 'aliases' ? aliases(one) : value(context, one)]);
}

/**
 * What the other sources call the same thing: source and key, a line each.
 * @param {unknown} ids
 */
function aliases(ids) {
  const all = Array.isArray(ids) ? ids.map(String) : String(ids).split(';');
  return h('ul', { class: 'value-list' }, ...all.map((id) => h('li', { title: id }, `${id.split(':')[1] ?? ''} · ${keyOf(id)}`)));
}

/** Property sets, folded. @param {Context} context @param {Feature} feature */
function propertySets(context, feature) {
  /** @type {Map<string, Row[]>} */
  const sets = new Map();
  for (const one of feature.properties) {
    const shown = one.number !== null ? value(context, one.number, one.unit) : value(context, one.value || '–');
    sets.set(one.set_name, [...(sets.get(one.set_name) ?? []), [propertyTitle(context.tr, one.name), shown]]);
  }
  return [...sets].map(([name, rows], n) => section(name, rows, n < OPEN_SET_LIMIT));
}

/** @param {Context} context @param {Feature} feature @returns {Row[]} */
function materials(context, feature) {
  return feature.materials.map((one) => [String(one.position), one.thickness_m ? `${one.material} · ${context.tr.number(one.thickness_m * 1000, 1)} mm` : one.material]);
}

/** @param {Context} context @param {Feature} feature @returns {Row[]} */
function systems({ tr }, feature) {
  return feature.systems.map((one) => [one.kind ?? tr.text('card.system'), one.name ?? '–']);
}

/** Relations by kind, each a link to the other end. @param {Context} context @param {Feature} feature */
function relations(context, feature) {
  const { tr } = context;
  /** @type {Map<string, HTMLElement>} */
  const kinds = new Map();
  for (const one of feature.relations.slice(0, RELATIONS_SHOWN)) {
    const kind = tr.text(`relation.${one.kind}.${one.outward ? 'out' : 'in'}`);
    const links = kinds.get(kind) ?? h('span', { class: 'relation-links' });
    links.append(relationLink(context, one));
    kinds.set(kind, links);
  }
  const rows = /** @type {Row[]} */ ([...kinds]);
  const rest = feature.relations_total - Math.min(RELATIONS_SHOWN, feature.relations.length);
  if (rest > 0) rows.push(['', tr.text('card.moreRelations', { count: tr.number(rest, 0) })]);
  return section(tr.text('card.relations'), rows, true, feature.relations_total);
}

/** A link that opens the other's card and flies there. @param {Context} context @param {import('../api.js').Relation} one */
function relationLink({ actions, tr, scene }, one) {
  const name = one.name || keyOf(one.feature_id);
  const { idx } = one;
  if (idx === null) return h('span', {}, name);
  const layer = tr.title(scene.layers.find((layer) => layer.id === one.layer_id)?.title);
  return h('button', { type: 'button', class: 'link-button', title: [layer, one.feature_id].filter(Boolean).join(' · '), onclick: () => actions.choose({ ...one, idx }) }, name);
}

/** @param {Context} context @param {Feature} feature @returns {Row[]} */
function source({ tr }, feature) {
  /** @type {Row[]} */
  const rows = [
    [tr.text('card.sourceKey'), feature.source_key],
    [tr.text('card.sourceFile'), feature.source_file ?? '–'],
    [tr.text('card.sourcePos'), feature.source_pos ?? '–'],
    [tr.text('card.reader'), feature.reader],
    [tr.text('card.id'), h('code', {}, feature.feature_id)],
  ];
  if (feature.id_stable === false) rows.push([tr.text('card.idKind'), tr.text('card.idUnstable')]);
  return rows;
}

/** @param {string} title @param {Row[]} rows @param {boolean} open @param {number} [count] */
function section(title, rows, open, count = rows.length) {
  if (!rows.length) return null;
  return h('details', { class: 'facts', open }, h('summary', {}, h('span', {}, title), h('span', { class: 'layer-count' }, String(count))), h('dl', {}, ...rows.flatMap(([name, one]) => [h('dt', {}, ...breakable(name)), h('dd', {}, one)])));
}

/** LAST_EDITED_DATE breaks between its words. @param {string} name */
function breakable(name) {
  return name.split(/(?<=_)(?=[^_])/).flatMap((part, n) => (n ? [h('wbr', {}), part] : [part]));
}
