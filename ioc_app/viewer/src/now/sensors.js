/** From the newest values of one quantity to colours of devices and rooms. Nothing here asks or draws. */
import { NO_VALUE, ramp, rgb } from '../ui/palettes.js';

/** @typedef {import('../engine/types').Title} Title */
/** @typedef {'good' | 'stale' | 'offline' | 'out_of_range' | 'silent'} Quality */
/**
 * What `GET /points/latest` answers: columns, a row a point.
 * @typedef {object} Latest
 * @property {string} quantity
 * @property {Title} title
 * @property {string} unit
 * @property {number} other_units points that measure it in another unit and are not among these
 * @property {number} generation
 * @property {number[]} idx of devices
 * @property {(number | null)[]} space idx of the rooms they stand in
 * @property {(number | null)[]} value
 * @property {Quality[]} quality
 * @property {(string | null)[]} observed_at
 */
/** `value` is that of a sensor one can believe now; null otherwise. @typedef {{idx: number, space: number | null, value: number | null, quality: Quality, observed_at: string | null}} Sensor */

/** Beyond so many times the spread of the middle half a value is stray: Tukey's outer fence. */
const FENCE = 3;
/** Of fewer values nobody can say which is stray. */
const FEWEST = 5;

/** @param {Latest} latest @returns {Sensor[]} */
export function sensorsOf({ idx, space, value, quality, observed_at }) {
  return idx.map((one, i) => {
    const known = quality[i] === 'good' && typeof value[i] === 'number' && Number.isFinite(value[i]);
    return { idx: one, space: space[i], value: known ? value[i] : null, quality: quality[i], observed_at: observed_at[i] };
  });
}

/** @param {readonly Sensor[]} sensors @returns {Map<number, number | null>} by room: the mean of its sensors, null where none can be believed */
export function roomsOf(sensors) {
  /** @type {Map<number, number[]>} */
  const values = new Map();
  for (const { space, value } of sensors) {
    if (space === null) continue;
    const known = values.get(space) ?? [];
    values.set(space, value === null ? known : [...known, value]);
  }
  const mean = (/** @type {number[]} */ some) => (some.length ? some.reduce((sum, one) => sum + one, 0) / some.length : null);
  return new Map([...values].map(([space, some]) => [space, mean(some)]));
}

/**
 * Where a ramp begins and ends, so that one stray value does not paint all the others alike.
 * @param {readonly number[]} values
 * @returns {{min: number, max: number, from: number, to: number} | null} null: there are none
 */
export function rangeOf(values) {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted[sorted.length - 1]];
  const at = (/** @type {number} */ share) => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (place - low);
  };
  const [low, high] = [at(0.25), at(0.75)];
  const reach = FENCE * (high - low);
  if (sorted.length < FEWEST || reach === 0) return { min, max, from: min, to: max };
  const within = sorted.filter((one) => one >= low - reach && one <= high + reach);
  return { min, max, from: within[0], to: within[within.length - 1] };
}

/**
 * Devices of the quantity and their rooms; those of which nothing is known now are grey.
 * @param {readonly Sensor[]} sensors
 * @param {{from: number, to: number} | null} range
 * @param {string} rampName
 */
export function colourings(sensors, range, rampName) {
  const things = [...new Map([...sensors.map((one) => /** @type {const} */ ([one.idx, one.value])), ...roomsOf(sensors)])];
  const idx = Uint32Array.from(things, ([one]) => one);
  const rgba = new Uint8Array(things.length * 4);
  things.forEach(([, value], i) => rgba.set([...(value === null || !range ? rgb(NO_VALUE) : ramp(rampName, shareOf(value, range))), 255], i * 4));
  return { idx, rgba };
}

/** @param {number} value @param {{from: number, to: number}} range */
function shareOf(value, { from, to }) {
  return to > from ? (value - from) / (to - from) : 0.5;
}

/** How many of each kind cannot be believed. @param {readonly Sensor[]} sensors @returns {[Quality, number][]} */
export function doubtsOf(sensors) {
  /** @type {Map<Quality, number>} */
  const found = new Map();
  for (const { value, quality } of sensors) if (value === null) found.set(quality, (found.get(quality) ?? 0) + 1);
  return [...found];
}

/** When the newest of the believed values was measured. @param {readonly Sensor[]} sensors @returns {string | null} ISO 8601 */
export function newestOf(sensors) {
  const times = sensors.flatMap((one) => (one.value !== null && one.observed_at ? [one.observed_at] : []));
  return times.length ? times.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a)) : null;
}
