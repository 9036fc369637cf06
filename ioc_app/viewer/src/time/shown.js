/**
 * A moment of the past in the engine and in the store, as the stream would have put it there. One question at a time; while an
 * answer is under way only the newest wish counts, and not more than two a second are asked.
 */
import { decodeF32, decodeU32, decodeU8 } from '../engine/base64.js';
import { merged } from '../live/alarms.js';
import { mergedIncidents } from '../live/incidents.js';
import { drawn, isMove, newest } from '../ui/events.js';

/** What is drawn: when, and which generation was in force then and is now. @typedef {{at: number, generation: number, generationThen: number}} Then */
/**
 * What `GET /moment` answers.
 * @typedef {object} Moment
 * @property {string} at
 * @property {number} generation
 * @property {number} generation_then
 * @property {{n: number, idx: string, state: string, value: string}} values
 * @property {import('../live/alarms.js').Alarm[]} alarms
 * @property {import('../live/alarms.js').Flood} flood
 * @property {import('../live/incidents.js').Summary[]} incidents
 * @property {import('../live/stream.js').StreamEvent[]} events
 * @property {Record<string, [number, number, number, number][]>} trails
 */

export const LEAST_MS = 500;
/** What moved is drawn anew before the engine takes it for lost. */
const TRAILS_MS = 25_000;

export class Shown {
  /**
   * @param {{engine: import('../engine/types').Engine, api: import('../ui/api.js').Api, store: import('../ui/store.js').Store}} viewer
   * @param {(fault: any) => void} failed
   */
  constructor({ engine, api, store }, failed) {
    this.engine = engine;
    this.api = api;
    this.store = store;
    this.failed = failed;
    this.busy = false;
    this.asked = -Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {Moment | null} */
    this.answer = null;
    this.stopped = false;
    this.trails = setInterval(() => this.drawTrails(), TRAILS_MS);
    const stops = [
      store.watch(['at'], ({ at }) => this.wish(at)),
      store.watch(['then'], ({ at, then }) => then === null && at !== null && this.wish(at)), // another generation is on the map
    ];
    this.unwatch = () => stops.forEach((stop) => stop());
  }

  /** @param {number | null} at */
  wish(at) {
    if (at === null) {
      clearTimeout(this.timer);
      this.answer = null;
      this.store.set({ then: null });
    } else if (!this.busy) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(), Math.max(0, this.asked + LEAST_MS - performance.now()));
    }
  }

  async ask() {
    const { at, known } = this.store.state;
    if (at === null || this.stopped) return;
    this.busy = true;
    this.asked = performance.now();
    try {
      this.take(at, await this.api.get(`/moment?at=${new Date(at).toISOString()}${known == null ? '' : `&known_seq=${known}`}`));
    } catch (fault) {
      if (!this.stopped && this.store.state.at !== null) this.failed(fault);
    }
    this.busy = false;
    if (!this.stopped && this.store.state.at !== at) this.wish(this.store.state.at);
  }

  /** @param {number} at @param {Moment} answer */
  take(at, answer) {
    const { engine, store } = this;
    if (this.stopped || store.state.at === null) return;
    this.answer = answer;
    if (answer.generation === engine.scene?.generation) {
      engine.resetLive();
      engine.setLive({ idx: decodeU32(answer.values.idx), state: decodeU8(answer.values.state), value: decodeF32(answer.values.value) });
    }
    const events = newest(answer.events.filter((one) => !isMove(one)));
    engine.setEvents(drawn(events, at));
    this.drawTrails();
    store.set({
      then: { at, generation: answer.generation, generationThen: answer.generation_then },
      alarms: merged(new Map(), { alarms: answer.alarms, snapshot: true }),
      incidents: mergedIncidents(new Map(), { incidents: answer.incidents, snapshot: true }),
      flood: answer.flood,
      events,
    });
  }

  /** What moved, with its way; what had not moved lately stands where it was. */
  drawTrails() {
    const { answer } = this;
    if (!answer) return;
    const still = answer.events.filter(isMove).filter((one) => !answer.trails[one.originator]);
    const trails = Object.entries(answer.trails).map(([id, points]) => ({ id, points }));
    this.engine.setTrails([...trails, ...still.map((one) => ({ id: one.originator, points: [/** @type {[number, number, number, number]} */ ([...one.scene, Date.parse(one.occurred_at)])] }))]);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.trails);
    this.unwatch();
  }
}
