/**
 * What holds now, as the stream says it. It is what the engine and the store show, unless a moment of the past is shown (`at`, the
 * chunk in `src/time/`): then it is kept aside, and comes back at once with `at` null.
 */
import { merged } from '../live/alarms.js';
import { mergedIncidents } from '../live/incidents.js';
import { drawn, isMove, newest } from './events.js';

/** @typedef {import('../live/stream.js').StreamEvent} StreamEvent */

export class Present {
  /** @param {import('../engine/types').Engine} engine @param {import('./store.js').Store} store */
  constructor(engine, store) {
    this.engine = engine;
    this.store = store;
    /** By idx. @type {Map<number, [number, number]>} */
    this.states = new Map();
    /** The last word of each. @type {Map<string, StreamEvent & {scene: [number, number, number]}>} */
    this.moves = new Map();
    const { alarms, flood, incidents, events } = store.state;
    this.known = { alarms, flood, incidents, events };
    let was = store.state.at;
    this.stop = store.watch(['at'], ({ at }) => {
      if (was !== null && at === null) this.draw();
      was = at;
    });
  }

  get isShown() {
    return this.store.state.at === null;
  }

  /** @param {import('../live/frames.js').Values} values */
  values({ head, idx, state, value }) {
    if (head.snapshot) this.states.clear();
    idx.forEach((one, n) => this.states.set(one, [state[n], value[n]]));
    if (!this.isShown) return;
    if (head.snapshot) this.engine.resetLive();
    this.engine.setLive({ idx, state, value });
  }

  /** @param {StreamEvent[]} events @param {boolean} snapshot */
  events(events, snapshot) {
    for (const one of events) if (isMove(one)) this.moved(one);
    const known = snapshot ? [] : this.known.events;
    this.take({ events: newest([...known, ...events.filter((one) => !isMove(one))]) });
    if (this.isShown) this.engine.setEvents(drawn(this.known.events, Date.now()));
  }

  /** @param {StreamEvent & {scene: [number, number, number]}} move */
  moved(move) {
    this.moves.set(move.originator, move);
    if (this.isShown) this.engine.moveTo(move.originator, move.scene, Date.parse(move.occurred_at));
  }

  /** @param {import('../live/alarms.js').AlarmsFrame} frame */
  alarms(frame) {
    const alarms = merged(this.known.alarms, frame);
    this.store.set({ presentAlarms: alarms });
    this.take({ alarms, flood: frame.flood ?? this.known.flood });
  }

  /** @param {import('../live/incidents.js').IncidentsFrame} frame */
  incidents(frame) {
    this.take({ incidents: mergedIncidents(this.known.incidents, frame) });
  }

  /** @param {Partial<Present['known']>} changed */
  take(changed) {
    Object.assign(this.known, changed);
    if (this.isShown) this.store.set(changed);
  }

  /** After a moment of the past. */
  draw() {
    const { engine, states } = this;
    engine.resetLive();
    const [state, value] = [0, 1].map((n) => [...states.values()].map((one) => one[n]));
    engine.setLive({ idx: Uint32Array.from(states.keys()), state: Uint8Array.from(state), value: Float32Array.from(value) });
    engine.setTrails([...this.moves.values()].map(({ originator, scene, occurred_at }) => ({ id: originator, points: [[...scene, Date.parse(occurred_at)]] })));
    this.store.set({ ...this.known });
    engine.setEvents(drawn(this.known.events, Date.now()));
  }
}
