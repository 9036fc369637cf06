/** The stream into the engine and the store: values colour devices, events are listed and those with a level are drawn. */
import { isOpen, stillOpen } from '../live/incidents.js';
import { Stream } from '../live/stream.js';
import { Translator } from './i18n.js';
import { Present } from './present.js';

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
  const present = new Present(engine, store);
  store.set({ then: null }); // what is drawn of the past has the numbers of the generation before
  const stream = new Stream(apiUrl, {
    values: (values) => (values.head.generation === generation ? present.values(values) : turned()), // numbers of another generation mean other things
    events: (events, snapshot) => present.events(events, snapshot),
    alarms: (frame) => present.alarms(frame),
    incidents(frame) {
      present.incidents(frame);
      if (!frame.incidents.every(isOpen)) leaving = window.setTimeout(() => present.take({ incidents: stillOpen(present.known.incidents) }), LEAVES_MS);
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
    present.stop();
    stream.close();
  };
}
