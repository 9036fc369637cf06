/** A layer coloured by the question of a screen: steps with words and meanings, or a ramp; and the legend that explains it. */
import { decodeF32, decodeU16, decodeU32 } from '../engine/base64.js';
import { rampEnds } from '../ui/colouring.js';
import { ramp, rgb, NO_VALUE } from '../ui/palettes.js';
import { Asking } from './asking.js';

/** @typedef {import('../engine/types').Title} Title */
/** @typedef {{below: number | null, value: string | null, title: Title, colour: string}} Step */
/** @typedef {{layer: string, title: Title, unit: string, decimals?: number, every_s?: number, steps: Step[], ramp: string}} MapColour what a screen's file says */
/**
 * What `GET /screens/{id}/map` answers.
 * @typedef {object} MapAnswer
 * @property {string} layer
 * @property {string} state
 * @property {string | null} [true_at]
 * @property {number} first
 * @property {number} features
 * @property {'number' | 'category'} type
 * @property {string} idx
 * @property {string} [value]
 * @property {string} [code]
 * @property {string[]} [categories]
 * @property {{need: string, zh: string, en: string}[]} [waits_for]
 * @property {{code: string, text: Title} | null} [fault]
 */
/** `title` null: of those without a value. @typedef {{title: Title | null, colour: string, count: number}} LegendEntry */
/** @typedef {{colour: MapColour, state: string, at: string | null, words: Title | null, entries: LegendEntry[], from?: number, to?: number}} MapLegend */

const LEAST_MS = 2000;

/**
 * The step a value falls into: the first whose `below` it is below, or whose class it is; −1 for none.
 * @param {readonly Step[]} steps @param {number | string} value
 */
export const stepOf = (steps, value) =>
  steps.findIndex((one) => (typeof value === 'string' ? one.value === value : one.value === null && (one.below === null || one.below === undefined || value < one.below)));

/**
 * Every feature of the layer gets a colour: that of its step or its place on the ramp, or that of having no value.
 * @param {MapAnswer} answer @param {MapColour} colour @param {(meaning: string) => string} hexOf of a token
 * @returns {{idx: Uint32Array, rgba: Uint8Array, entries: LegendEntry[], from?: number, to?: number}}
 */
export function painted({ type, first, features, idx, value = '', code = '', categories = [] }, colour, hexOf) {
  const known = decodeU32(idx);
  const values = type === 'number' ? [...decodeF32(value)] : [...decodeU16(code)].map((one) => categories[one] ?? '');
  const all = Uint32Array.from({ length: features }, (_, n) => first + n);
  const rgba = new Uint8Array(features * 4);
  const paint = (/** @type {number} */ one, /** @type {readonly number[]} */ tint) => rgba.set([...tint, 255], (one - first) * 4);
  for (const one of all) paint(one, rgb(NO_VALUE));
  const none = (/** @type {number} */ count) => (count > 0 ? [{ title: null, colour: NO_VALUE, count }] : []);
  if (type === 'number' && !colour.steps.length) {
    const numbers = Float32Array.from(/** @type {number[]} */ (values));
    const { from, to } = rampEnds(numbers, Math.min(...numbers), Math.max(...numbers));
    known.forEach((one, n) => paint(one, ramp(colour.ramp, (numbers[n] - from) / (to - from || 1))));
    return { idx: all, rgba, entries: none(features - known.length), from, to };
  }
  const steps = colour.steps.length ? colour.steps : classSteps(/** @type {string[]} */ (values));
  const counts = steps.map(() => 0);
  known.forEach((one, n) => {
    const step = stepOf(steps, values[n]);
    if (step < 0) return;
    counts[step] += 1;
    paint(one, rgb(hexOf(steps[step].colour)));
  });
  const entries = steps.map(({ title, colour: meaning }, n) => ({ title, colour: hexOf(meaning), count: counts[n] }));
  return { idx: all, rgba, entries: [...entries, ...none(features - counts.reduce((sum, one) => sum + one, 0))] };
}

/** Classes without steps of their own, by falling count: the six colours without an order. @param {string[]} values @returns {Step[]} */
function classSteps(values) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const one of values) counts.set(one, (counts.get(one) ?? 0) + 1);
  const names = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name]) => name);
  return ['one', 'two', 'three', 'four', 'five', 'six'].slice(0, names.length).map((colour, n) => ({ below: null, value: names[n], title: { zh: names[n], en: names[n] }, colour }));
}

/** The colour of a meaning in the style that is shown. @param {string} meaning */
export const tokenOf = (meaning) => getComputedStyle(document.documentElement).getPropertyValue(`--${meaning}`).trim() || NO_VALUE;

export class MapColours {
  /** @param {import('./screens.js').Viewer} viewer @param {(legend: MapLegend | null) => void} explain */
  constructor({ engine, api, store }, explain) {
    this.engine = engine;
    this.api = api;
    this.store = store;
    this.explain = explain;
    this.screen = '';
    /** @type {MapColour | null} */
    this.colour = null;
    /** @type {MapAnswer | null} */
    this.answer = null;
    this.asking = new Asking(() => this.ask(), { every_ms: 60_000, least_ms: LEAST_MS });
  }

  /** @param {string} screen id @param {MapColour | null} colour */
  show(screen, colour) {
    this.asking.stop();
    this.engine.clearColours();
    Object.assign(this, { screen, colour, answer: null });
    this.explain(colour && { colour, state: 'loading', at: null, words: null, entries: [] });
    if (!colour) return;
    this.asking.every_ms = (colour.every_s ?? 60) * 1000;
    this.asking.last = -Infinity;
    this.asking.start();
  }

  async ask() {
    const { screen, colour, store } = this;
    const { at, known } = store.state;
    const params = new URLSearchParams(at === null ? {} : { at: new Date(at).toISOString(), ...(known == null ? {} : { known_seq: String(known) }) });
    try {
      const answer = await this.api.get(`/screens/${screen}/map?${params}`);
      if (this.colour === colour && store.state.at === at && this.asking.running) this.take(answer);
    } catch (fault) {
      const { text } = /** @type {import('../ui/api.js').ApiError} */ (fault);
      if (!text) console.error(fault);
      if (this.colour === colour && colour && !this.answer) this.explain({ colour, state: 'broken', at: null, words: text ?? null, entries: [] });
    }
  }

  /** @param {MapAnswer} answer */
  take(answer) {
    this.answer = answer;
    this.paint();
  }

  /** The same values in the colours of the style that is shown now. */
  paint() {
    const { answer, colour, engine } = this;
    if (!answer || !colour) return;
    const waits = answer.waits_for?.[0];
    const words = answer.fault?.text ?? (waits ? { zh: waits.zh, en: waits.en } : null);
    if (!answer.idx || answer.state === 'waiting' || answer.state === 'broken') {
      engine.clearColours();
      return this.explain({ colour, state: answer.state, at: null, words, entries: [] });
    }
    const { idx, rgba, ...legend } = painted(answer, colour, tokenOf);
    engine.colourBy({ idx, rgba });
    if (!engine.layerState()[colour.layer]?.visible) engine.setLayerVisible(colour.layer, true);
    return this.explain({ colour, state: answer.state, at: answer.true_at ?? null, words, ...legend });
  }

  renewed() {
    this.answer = null;
    this.asking.soon();
  }

  stop() {
    this.asking.stop();
    this.engine.clearColours();
    this.colour = null;
    this.answer = null;
    this.explain(null);
  }
}
