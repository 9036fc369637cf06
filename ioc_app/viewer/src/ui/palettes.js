/**
 * Colours that people who confuse red and green can still tell apart.
 * Ramps: viridis (van der Walt, Smith; CC0) and cividis (Nuñez, Anderton, Renslow 2018; CC0), 11 stops each,
 * interpolated. Categories: four of Okabe and Ito 2008, then the colours that stand farthest from all before them for
 * normal sight and for all three colour blindnesses; a test measures it. A tenth would come too close, so it is "other".
 */

/** @typedef {[number, number, number]} Rgb */

/** @type {Record<string, string[]>} */
const STOPS = {
  viridis: ['#440154', '#482475', '#414487', '#355f8d', '#2a788e', '#21918c', '#22a884', '#44bf70', '#7ad151', '#bddf26', '#fde725'],
  cividis: ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#f4db4b', '#fee838'],
};
const CATEGORIES = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#c23cf0', '#96141e', '#1e32c8', '#e15a00', '#5a1478'];
/** Of the categories that have no colour of their own. */
export const OTHER = '#6f7884';
/** Of things whose value nobody knows. */
export const NO_VALUE = '#e4e7eb';
export const RAMPS = Object.keys(STOPS);
export const MAX_CATEGORIES = CATEGORIES.length;

/** @param {string} hex @returns {Rgb} */
export function rgb(hex) {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/**
 * @param {string} name of a ramp
 * @param {number} share 0..1; what is outside is clamped
 * @returns {Rgb}
 */
export function ramp(name, share) {
  const stops = STOPS[name] ?? STOPS.viridis;
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const [from, to] = [rgb(stops[low]), rgb(stops[low + 1])];
  return /** @type {Rgb} */ (from.map((one, i) => Math.round(one + (to[i] - one) * (at - low))));
}

/** From low to high. @param {string} name @returns {string[]} #rrggbb */
export function stopsOf(name) {
  return STOPS[name] ?? STOPS.viridis;
}

/** A CSS gradient of the whole ramp. @param {string} name */
export function gradient(name) {
  return `linear-gradient(to right, ${(STOPS[name] ?? STOPS.viridis).join(', ')})`;
}

/** The colour of the n-th category, by falling count. @param {number} n @returns {string} */
export function category(n) {
  return CATEGORIES[n] ?? OTHER;
}
