/**
 * What has happened, at the places where it did: a sign with the level's shape and numeral (drawn as a badge), and for
 * the worst and newest a line up to a short text. The texts come from outside and are neutralised before they are drawn.
 */
import { LabelLayer } from './labels.js';
import { RANKS, stateOf } from './levels.js';
import { Stems } from './stems.js';
import { plainText } from './text.js';

/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {import('./types').LiveEvent} LiveEvent */
/** @typedef {{id: string, idx: number | null, own: Vec3 | null, at: Vec3 | null, state: number, time: number, text: string}} Placed at: where it is drawn now */

/** How many events are kept, how many texts are tried, how many are shown at once. */
const MAX_EVENTS = 1000;
const MAX_TEXTS = 60;
const MAX_SHOWN = 16;
/** Above the place: clear of its sign. */
const RAISE_PX = 38;
const TEXT_SIGNS = 32;

/** @param {unknown} place @returns {Vec3 | null} */
const placeOf = (place) => (Array.isArray(place) && place.length === 3 && place.every(Number.isFinite) ? /** @type {Vec3} */ ([...place]) : null);
/** @param {unknown} at a time as text or ms @returns {number} */
const timeOf = (at) => (typeof at === 'string' ? Date.parse(at) : Number(at)) || 0;

/**
 * Worst first, among equals the newest.
 * @param {readonly LiveEvent[]} events
 * @returns {Placed[]}
 */
export function sortedEvents(events) {
  return events
    .map(({ id, idx, position, level, acknowledged, at, text }) => ({
      id: String(id), idx: Number.isInteger(idx) ? Number(idx) : null, own: placeOf(position), at: null,
      state: stateOf(level, acknowledged === true), time: timeOf(at), text: plainText(text, TEXT_SIGNS),
    }))
    .sort((a, b) => RANKS[b.state] - RANKS[a.state] || b.time - a.time)
    .slice(0, MAX_EVENTS);
}

export class EventBook {
  constructor() {
    /** @type {Placed[]} */
    this.events = [];
    this.labels = new LabelLayer({ raise: RAISE_PX, limit: MAX_SHOWN });
    this.labels.mesh.renderOrder = 62; // over the names of buildings
    this.stems = new Stems(this.labels);
    this.drawn = '';
    /** @type {Map<object, Placed>} */
    this.ofLabel = new Map();
  }

  /** @param {readonly LiveEvent[]} events all of them */
  set(events) {
    this.events = sortedEvents(events);
  }

  /**
   * Where they are now: at their own place or at their device, wherever its storey is lifted to.
   * @param {(idx: number) => Vec3 | null} placeOfDevice null: not drawn
   */
  place(placeOfDevice) {
    for (const event of this.events) event.at = event.own ?? (event.idx === null ? null : placeOfDevice(event.idx));
  }

  /**
   * Texts over the places; the canvas is drawn anew only when a text has changed.
   * @param {(i: number) => Vec3 | null} placeOfSign of the sign that stands for an event, null: none on screen
   */
  write(placeOfSign) {
    /** @type {Map<object, Placed>} */
    const ofLabel = new Map();
    this.events.forEach((event, i) => {
      if (event.text === '' || !event.at || ofLabel.size >= MAX_TEXTS) return;
      ofLabel.set({ text: event.text, state: event.state, position: placeOfSign(i), priority: -i }, event);
    });
    this.ofLabel = ofLabel;
    const labels = /** @type {import('./labels.js').Label[]} */ ([...ofLabel.keys()]);
    const drawn = JSON.stringify(labels.map(({ text, state }) => [text, state]));
    if (drawn === this.drawn) this.labels.move(labels);
    else this.labels.set(labels);
    this.drawn = drawn;
    this.stems.follow();
  }

  /**
   * @param {number} x CSS px
   * @param {number} y
   * @returns {Placed | null} whose text is drawn there
   */
  hit(x, y) {
    const label = this.labels.hit(x, y);
    return (label && this.ofLabel.get(label)) ?? null;
  }

  dispose() {
    this.labels.dispose();
    this.stems.dispose();
  }
}
