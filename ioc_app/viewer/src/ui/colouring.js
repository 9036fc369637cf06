/** From a field of a layer to colours on the model and a legend that explains them. */
import { decodeF32, decodeU16, decodeU32 } from '../engine/base64.js';
import { category, MAX_CATEGORIES, NO_VALUE, OTHER, ramp, RAMPS, rgb } from './palettes.js';

/** @typedef {import('./api.js').Values} Values */
/** @typedef {import('../engine/types').SceneLayer} SceneLayer */
/** `value` null: all the others, `folded` of them. @typedef {{value: string | null, colour: string, count: number, folded?: number}} Entry */
/**
 * @typedef {object} Legend
 * @property {'number' | 'category'} type
 * @property {import('../engine/types').Title} title
 * @property {string} unit
 * @property {number} features how many have a value
 * @property {number} missing how many have none
 * @property {number} [min] of all values
 * @property {number} [max]
 * @property {number} [from] where the ramp begins: above min, if a few stray values would take most of it
 * @property {number} [to]
 * @property {string} [ramp]
 * @property {Entry[]} [entries]
 * @property {(tr: import('./i18n.js').Translator) => (HTMLElement | null)[]} [explain] what more there is to say: of values that change
 */

/**
 * Recolour the model.
 * @param {import('../engine/types').Engine} engine
 * @param {import('./api.js').Api} api
 * @param {import('../engine/types').Colouring | null} colouring null: everything in its own colour
 * @param {() => boolean} [isWanted] asked when the values are there: somebody may have chosen otherwise meanwhile
 * @returns {Promise<Legend | null>} null: nothing to explain
 */
export async function applyColouring(engine, api, colouring, isWanted = () => true) {
  if (!colouring || colouring.quantity !== undefined) { // what is measured now: ui/now.js
    engine.clearColours();
    return null;
  }
  const values = await api.values(colouring.layer, colouring); // an unknown layer or field is answered in words
  const layer = engine.scene?.layers.find((one) => one.id === colouring.layer);
  if (!layer || !isWanted()) return null;
  const { idx, rgba, legend } = colours(values, layer, colouring);
  engine.colourBy({ idx, rgba });
  if (!engine.layerState()[layer.id]?.visible) engine.setLayerVisible(layer.id, true);
  return legend;
}

/**
 * Every feature of the layer gets a colour: that of its value, or that of having none.
 * @param {Values} values
 * @param {SceneLayer} layer
 * @param {import('../engine/types').Colouring} colouring
 * @returns {{idx: Uint32Array, rgba: Uint8Array, legend: Legend}}
 */
export function colours(values, layer, colouring) {
  const known = decodeU32(values.idx);
  const { rgba, legend } = values.type === 'number' ? byNumber(values, colouring.ramp ?? RAMPS[0]) : byCategory(values, layer, colouring.column);
  const without = others(known, values.first, values.features);
  const none = new Uint8Array(without.length * 4);
  without.forEach((_, i) => none.set([...rgb(NO_VALUE), 255], i * 4));
  return {
    idx: joined(Uint32Array, known, without),
    rgba: joined(Uint8Array, rgba, none),
    legend: { title: values.title, unit: values.unit, features: known.length, missing: without.length, ...legend },
  };
}

/** @param {Values} values @param {string} rampName */
function byNumber(values, rampName) {
  const [min, max] = [values.min ?? 0, values.max ?? 0];
  const numbers = decodeF32(values.value ?? '');
  const { from, to } = rampEnds(numbers, min, max);
  return { rgba: numberColours(numbers, from, to, rampName), legend: { type: /** @type {const} */ ('number'), min, max, from, to, ramp: rampName } };
}

/** Of all values, the share at either end that may be stray. */
const STRAY = 0.02;

/**
 * The ramp's ends: the least and the greatest value, unless the last few of a side lie apart by more than half of what
 * all the others span. One pipe of three metres must not paint all the others alike.
 * @param {Float32Array} numbers
 * @param {number} min
 * @param {number} max
 */
export function rampEnds(numbers, min, max) {
  const sorted = Float32Array.from(numbers).sort();
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [at(STRAY), at(1 - STRAY)];
  const apart = (high - low) / 2;
  if (!(apart > 0)) return { from: min, to: max };
  return { from: low - min > apart ? low : min, to: max - high > apart ? high : max };
}

/** @param {Values} values @param {SceneLayer} layer @param {string} [column] */
function byCategory(values, layer, column) {
  const hues = categoryHues(values.categories ?? [], layer, column);
  const rgba = categoryColours(decodeU16(values.code ?? ''), hues);
  return { rgba, legend: { type: /** @type {const} */ ('category'), entries: categoryEntries(values, hues) } };
}

/** The numbers first … first + count - 1 that are not in `idx`. @param {Uint32Array} idx @param {number} first @param {number} count */
function others(idx, first, count) {
  const has = new Uint8Array(count);
  for (const one of idx) has[one - first] = 1;
  return Uint32Array.from({ length: count }, (_, n) => first + n).filter((one) => !has[one - first]);
}

/**
 * @template {Uint8Array | Uint32Array} T
 * @param {new (length: number) => T} Kind
 * @param {T} one
 * @param {T} other
 */
function joined(Kind, one, other) {
  const both = new Kind(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/**
 * @param {Float32Array} numbers
 * @param {number} from
 * @param {number} to
 * @param {string} rampName
 */
function numberColours(numbers, from, to, rampName) {
  const rgba = new Uint8Array(numbers.length * 4);
  const span = to - from || 1;
  numbers.forEach((value, i) => rgba.set([...ramp(rampName, (value - from) / span), 255], i * 4));
  return rgba;
}

/**
 * The colours of a layer's own classes where it has them, else distinct ones for as many as can be told apart.
 * @param {string[]} categories by falling count
 * @param {SceneLayer} layer
 * @param {string} [column]
 * @returns {(string | undefined)[]} a colour a category; those without share one
 */
function categoryHues(categories, layer, column) {
  const own = column === layer.colour_column && categories.some((one) => layer.colours[one]);
  return own ? categories.map((one) => layer.colours[one]) : categories.slice(0, MAX_CATEGORIES).map((_, n) => category(n));
}

/**
 * A row a colour, and one for all that share the last.
 * @param {Values} values
 * @param {(string | undefined)[]} hues
 */
function categoryEntries({ categories = [], counts = [] }, hues) {
  const rows = categories.map((value, n) => ({ value, colour: hues[n], count: counts[n] ?? 0 }));
  /** @type {Entry[]} */
  const entries = rows.flatMap(({ value, colour, count }) => (colour ? [{ value, colour, count }] : []));
  const rest = rows.filter((one) => !one.colour);
  if (rest.length) entries.push({ value: null, colour: OTHER, count: rest.reduce((sum, one) => sum + one.count, 0), folded: rest.length });
  return entries;
}

/**
 * @param {Uint16Array} codes
 * @param {(string | undefined)[]} hues
 */
function categoryColours(codes, hues) {
  const table = hues.map((one) => rgb(one ?? OTHER));
  const other = rgb(OTHER);
  const rgba = new Uint8Array(codes.length * 4);
  codes.forEach((code, i) => rgba.set([...(table[code] ?? other), 255], i * 4));
  return rgba;
}
