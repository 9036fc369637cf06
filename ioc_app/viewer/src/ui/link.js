/**
 * The address that restores what is on screen: camera, layers that differ from their default, selection, plan, what is
 * coloured, cut, lifted or dug, screen, moment and place, language, theme. Kept in the fragment, so it never reaches a server log.
 */
import { refOf } from './api.js';

/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {import('../engine/types').View} View */
/** @typedef {import('../engine/types').Scene} Scene */
/** @typedef {import('../engine/types').Language} Language */
/** @typedef {import('../engine/types').Theme} Theme */
/** @typedef {import('../engine/types').Colouring} Colouring */
/**
 * @typedef {object} Link
 * @property {View} [view]
 * @property {Record<string, {visible: boolean, opacity: number}>} [layers]
 * @property {string} [selected] feature_id
 * @property {string} [plan] storey_id
 * @property {Colouring} [colouring]
 * @property {string[]} [alone] storeys shown alone
 * @property {{factor: number, buildingId: string}} [explode]
 * @property {import('./store.js').SectionBox} [section]
 * @property {number} [groundOpacity]
 * @property {import('./store.js').Dig} [dig]
 * @property {string} [screen] a one-map screen
 * @property {number} [at] the moment that is shown, ms
 * @property {number} [known] what the journal knew of it, of a snapshot that is shown again
 * @property {string} [place] feature_id
 * @property {Language} [language]
 * @property {Theme} [theme]
 */

/** @type {Theme[]} */
export const THEMES = ['dark', 'light', 'blue', 'red_gold'];

/**
 * @param {string} hash with or without "#"
 * @returns {Link} what is malformed is left out
 */
export function parseLink(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  /** @type {Link} */
  const link = {};
  const view = parseView(parts.get('view'));
  if (view) link.view = view;
  const layers = parts.get('layers');
  if (layers) link.layers = parseLayers(layers);
  const selected = parts.get('sel');
  if (selected) link.selected = selected;
  const plan = parts.get('plan');
  if (plan) link.plan = plan;
  Object.assign(link, parseChanges(parts));
  const language = parts.get('lang');
  if (language === 'zh' || language === 'en') link.language = language;
  const theme = THEMES.find((one) => one === parts.get('theme'));
  if (theme) link.theme = theme;
  const screen = parts.get('screen');
  if (/^[a-z][a-z0-9_]{0,39}$/.test(screen ?? '')) link.screen = String(screen);
  const at = Date.parse(parts.get('at') ?? '');
  if (at) link.at = at;
  const known = parts.get('known') ?? '';
  if (at && /^\d{1,15}$/.test(known)) link.known = Number(known);
  const place = parts.get('place');
  if (place) link.place = place;
  return link;
}

/** @param {Link} link @returns {string} with "#" */
export function formatLink(link) {
  const parts = new URLSearchParams();
  if (link.view) parts.set('view', formatView(link.view));
  const layers = Object.entries(link.layers ?? {});
  if (layers.length) parts.set('layers', layers.map(([id, one]) => `${id}:${one.visible ? 1 : 0}:${round(one.opacity)}`).join(';'));
  if (link.selected) parts.set('sel', link.selected);
  if (link.plan) parts.set('plan', link.plan);
  formatChanges(link, parts);
  if (link.screen) parts.set('screen', link.screen);
  if (link.at) parts.set('at', new Date(link.at).toISOString());
  if (link.at && link.known !== undefined) parts.set('known', String(link.known));
  if (link.place) parts.set('place', link.place);
  if (link.language) parts.set('lang', link.language);
  if (link.theme) parts.set('theme', link.theme);
  // commas, colons and semicolons are legal in a fragment and far easier to read
  return `#${parts.toString().replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%3B/g, ';')}`;
}

/** What hides or changes the model. @param {URLSearchParams} parts @returns {Partial<Link>} */
function parseChanges(parts) {
  /** @type {Partial<Link>} */
  const found = {};
  const colouring = parseColouring(parts);
  if (colouring) found.colouring = colouring;
  const alone = parts.get('alone')?.split(';').filter(Boolean);
  if (alone?.length) found.alone = alone;
  const [factor, ...building] = parts.get('explode')?.split(':') ?? [];
  if (Number(factor) > 0 && Number(factor) <= 1) found.explode = { factor: Number(factor), buildingId: building.join(':') };
  const box = numbers(parts.get('section'), 6);
  if (box) found.section = { min: /** @type {Vec3} */ (box.slice(0, 3)), max: /** @type {Vec3} */ (box.slice(3)) };
  const [ground] = numbers(parts.get('ground'), 1) ?? [];
  if (ground >= 0 && ground < 1) found.groundOpacity = ground;
  const [x, y, radius] = numbers(parts.get('dig'), 3) ?? [];
  if (radius > 0) found.dig = { x, y, radius };
  return found;
}

/** @param {Link} link @param {URLSearchParams} parts */
function formatChanges({ colouring, alone, explode, section, groundOpacity = 1, dig }, parts) {
  if (colouring) for (const [name, value] of Object.entries({ colour: colouring.layer, ...refOf(colouring), ramp: colouring.ramp })) if (value) parts.set(name, value);
  if (alone?.length) parts.set('alone', alone.join(';'));
  if (explode?.factor) parts.set('explode', `${round(explode.factor)}:${explode.buildingId}`);
  if (section) parts.set('section', [...section.min, ...section.max].map(round).join(','));
  if (groundOpacity < 1) parts.set('ground', String(round(groundOpacity)));
  if (dig) parts.set('dig', [dig.x, dig.y, dig.radius].map(round).join(','));
}

/** A layer and exactly one field of it. @param {URLSearchParams} parts @returns {Colouring | null} */
function parseColouring(parts) {
  const get = (/** @type {string} */ name) => parts.get(name) ?? undefined;
  const layer = get('colour');
  const ref = refOf({ column: get('column'), attribute: get('attribute'), set: get('set'), property: get('property'), quantity: get('quantity') });
  const named = Object.keys(ref).sort().join();
  return layer && ['attribute', 'column', 'property,set', 'quantity'].includes(named) ? { layer, ...ref, ramp: get('ramp') } : null;
}

/** @param {string | null} text @param {number} count @returns {number[] | null} exactly as many, all finite */
function numbers(text, count) {
  const found = text?.split(',').map(Number) ?? [];
  return text && found.length === count && found.every(Number.isFinite) ? found : null;
}

/**
 * Layers whose state is not what the scene starts with.
 * @param {Scene} scene
 * @param {Record<string, {visible: boolean, opacity: number}>} layers
 */
export function changedLayers(scene, layers) {
  const changed = scene.layers.filter((one) => layers[one.id] && (layers[one.id].visible !== one.visible || layers[one.id].opacity !== (one.opacity ?? 1)));
  return Object.fromEntries(changed.map((one) => [one.id, layers[one.id]]));
}

/** @param {View} view */
function formatView(view) {
  const numbers = [...view.position, ...view.target].map(round);
  return [...numbers, view.plan ? `p${round(view.height_m ?? 0)}` : ''].filter((one) => one !== '').join(',');
}

/** @param {string | null} text @returns {View | null} */
function parseView(text) {
  const parts = text?.split(',') ?? [];
  const numbers = parts.slice(0, 6).map(Number);
  if (numbers.length !== 6 || !numbers.every(Number.isFinite)) return null;
  /** @type {View} */
  const view = { position: /** @type {Vec3} */ (numbers.slice(0, 3)), target: /** @type {Vec3} */ (numbers.slice(3)) };
  if (!parts[6]?.startsWith('p')) return view;
  const height_m = Number(parts[6].slice(1));
  return { ...view, plan: true, ...(height_m > 0 ? { height_m } : {}) };
}

/** @param {string} text */
function parseLayers(text) {
  const entries = text.split(';').map((one) => one.split(':'));
  const sound = entries.filter(([id, visible, opacity]) => id && (visible === '0' || visible === '1') && Number(opacity) >= 0 && Number(opacity) <= 1);
  return Object.fromEntries(sound.map(([id, visible, opacity]) => [id, { visible: visible === '1', opacity: Number(opacity) }]));
}

/** @param {number} value 1 cm is finer than any camera needs */
function round(value) {
  return Math.round(value * 100) / 100;
}
