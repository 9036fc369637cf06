/**
 * The address that restores what is on screen: camera, layers that differ from their default, selection, plan,
 * language, theme. Kept in the fragment, so it never reaches a server log.
 */

/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {import('../engine/types').View} View */
/** @typedef {import('../engine/types').Scene} Scene */
/** @typedef {import('../engine/types').Language} Language */
/** @typedef {import('../engine/types').Theme} Theme */
/**
 * @typedef {object} Link
 * @property {View} [view]
 * @property {Record<string, {visible: boolean, opacity: number}>} [layers]
 * @property {string} [selected] feature_id
 * @property {string} [plan] storey_id
 * @property {Language} [language]
 * @property {Theme} [theme]
 */

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
  const language = parts.get('lang');
  if (language === 'zh' || language === 'en') link.language = language;
  const theme = parts.get('theme');
  if (theme === 'dark' || theme === 'light') link.theme = theme;
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
  if (link.language) parts.set('lang', link.language);
  if (link.theme) parts.set('theme', link.theme);
  // commas, colons and semicolons are legal in a fragment and far easier to read
  return `#${parts.toString().replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%3B/g, ';')}`;
}

/**
 * Layers whose state is not what the scene starts with.
 * @param {Scene} scene
 * @param {Record<string, {visible: boolean, opacity: number}>} layers
 */
export function changedLayers(scene, layers) {
  const changed = scene.layers.filter((one) => layers[one.id] && (layers[one.id].visible !== one.visible || layers[one.id].opacity !== 1));
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
