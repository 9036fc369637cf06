/** From a column of a layer to colours on the model and a legend that explains them. */
import { decodeF32, decodeU16, decodeU32 } from '../engine/base64.js';
import { category, MAX_CATEGORIES, OTHER, ramp, rgb } from './palettes.js';

/** @typedef {import('./api.js').Values} Values */
/** @typedef {import('../engine/types').SceneLayer} SceneLayer */
/**
 * @typedef {object} Legend
 * @property {'number' | 'category'} type
 * @property {import('../engine/types').Title} title
 * @property {string} unit
 * @property {number} features how many have a value
 * @property {number} [min]
 * @property {number} [max]
 * @property {string} [ramp]
 * @property {{value: string | null, colour: string, count: number}[]} [entries] value null: all the others
 */

/**
 * @param {Values} values
 * @param {SceneLayer} layer
 * @param {string} column
 * @param {string} rampName
 * @returns {{idx: Uint32Array, rgba: Uint8Array, legend: Legend}}
 */
export function colours(values, layer, column, rampName) {
  const idx = decodeU32(values.idx);
  const head = { title: values.title, unit: values.unit, features: idx.length };
  if (values.type === 'number') {
    const [min, max] = [values.min ?? 0, values.max ?? 0];
    return { idx, rgba: numberColours(decodeF32(values.value ?? ''), min, max, rampName), legend: { type: 'number', ...head, min, max, ramp: rampName } };
  }
  const entries = categoryEntries(values, layer, column);
  return { idx, rgba: categoryColours(decodeU16(values.code ?? ''), entries), legend: { type: 'category', ...head, entries } };
}

/**
 * @param {Float32Array} numbers
 * @param {number} min
 * @param {number} max
 * @param {string} rampName
 */
function numberColours(numbers, min, max, rampName) {
  const rgba = new Uint8Array(numbers.length * 4);
  const span = max - min || 1;
  numbers.forEach((value, i) => rgba.set([...ramp(rampName, (value - min) / span), 255], i * 4));
  return rgba;
}

/**
 * The colours of a layer's own classes where it has them, else distinct ones by falling count.
 * @param {Values} values
 * @param {SceneLayer} layer
 * @param {string} column
 */
function categoryEntries(values, layer, column) {
  const categories = values.categories ?? [];
  const counts = values.counts ?? [];
  const own = column === layer.colour_column && categories.some((one) => layer.colours[one]);
  const shown = own ? categories : categories.slice(0, MAX_CATEGORIES);
  /** @type {{value: string | null, colour: string, count: number}[]} */
  const entries = shown.map((value, n) => ({ value, colour: own ? (layer.colours[value] ?? OTHER) : category(n), count: counts[n] ?? 0 }));
  const rest = counts.slice(shown.length).reduce((sum, one) => sum + one, 0);
  if (rest) entries.push({ value: null, colour: OTHER, count: rest });
  return entries;
}

/**
 * @param {Uint16Array} codes
 * @param {{colour: string}[]} entries
 */
function categoryColours(codes, entries) {
  const table = entries.map((one) => rgb(one.colour));
  const other = rgb(OTHER);
  const rgba = new Uint8Array(codes.length * 4);
  codes.forEach((code, i) => rgba.set([...(table[code] ?? other), 255], i * 4));
  return rgba;
}
