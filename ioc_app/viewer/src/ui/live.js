/** The stream into the engine and the store: values colour devices, events are listed and those with a level are drawn. */
import { merged } from '../live/alarms.js';
import { isOpen, mergedIncidents, stillOpen } from '../live/incidents.js';
import { Stream } from '../live/stream.js';
import { Translator } from './i18n.js';

/** @typedef {import('../live/stream.js').StreamEvent} StreamEvent */

export const EVENTS_KEPT = 200;
/** An event that asks for attention stays on the map for so long; alarms, which stay until they are cleared, come from rules. */
const DRAWN_MS = 30 * 60_000;
/** An incident that was closed is seen to be for so long. */
const LEAVES_MS = 8000;

/**
 * @param {import('../engine/types').Engine} engine
 * @param {import('./store.js').Store} store
 * @param {number} generation whose numbers the engine shows
 * @param {string} apiUrl
 * @param {() => void} turned another generation is in force
 * @returns {() => void} stop
 */
export function goLive(engine, store, generation, apiUrl, turned) {
  let leaving = 0;
  const stream = new Stream(apiUrl, {
    values({ head, idx, state, value }) {
      if (head.generation !== generation) return turned(); // numbers of another generation mean other things
      if (head.snapshot) engine.resetLive();
      engine.setLive({ idx, state, value });
      return undefined;
    },
    events(events, snapshot) {
      for (const one of events) if (isMove(one)) engine.moveTo(one.originator, one.scene, Date.parse(one.occurred_at));
      const known = snapshot ? [] : store.state.events;
      const latest = newest([...known, ...events.filter((one) => !isMove(one))]);
      store.set({ events: latest });
      engine.setEvents(drawn(latest, Date.now()));
    },
    alarms: (frame) => store.set({ alarms: merged(store.state.alarms, frame), flood: frame.flood ?? store.state.flood }),
    incidents(frame) {
      store.set({ incidents: mergedIncidents(store.state.incidents, frame) });
      if (!frame.incidents.every(isOpen)) leaving = window.setTimeout(() => store.set({ incidents: stillOpen(store.state.incidents) }), LEAVES_MS);
    },
    wall: (wallTold) => store.set({ wallTold }),
    zone(timezone) {
      Translator.campusZone = timezone;
    },
    beat(beat) {
      store.set({ beat });
      if (beat.generation !== generation) turned();
    },
    connection(connection) {
      store.set({ connection });
      if (connection === 'ended') window.location.reload();
    },
  });
  return () => {
    clearTimeout(leaving);
    stream.close();
  };
}

/** Where something is now; a patrol says so every few seconds, and nobody wants that in a list. @param {StreamEvent} event @returns {event is StreamEvent & {scene: [number, number, number]}} */
export function isMove(event) {
  return event.type === 'position' && Boolean(event.scene);
}

/** The latest by arrival, each once. @param {StreamEvent[]} events @returns {StreamEvent[]} the newest first */
export function newest(events) {
  const byId = new Map(events.map((one) => [one.event_id, one]));
  return [...byId.values()].sort((a, b) => b.seq - a.seq).slice(0, EVENTS_KEPT);
}

/** @param {StreamEvent[]} events @param {number} now ms @returns {import('../engine/types').LiveEvent[]} */
export function drawn(events, now) {
  const shown = events.filter((one) => one.level && (one.scene || Number.isInteger(one.idx)) && now - Date.parse(one.occurred_at) < DRAWN_MS);
  return shown.map((one) => ({ id: one.event_id, idx: one.idx, position: one.scene, kind: one.type, level: one.level, text: one.text, at: one.occurred_at }));
}
