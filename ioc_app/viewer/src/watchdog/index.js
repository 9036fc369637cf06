/**
 * A wall runs for months without a hand: what it cannot cure where it is, it cures by loading the page anew at a quiet moment; the
 * address holds what is shown. A lost context is the engine's own matter (`engine/core.js`), a lost stream that of `live/stream.js`.
 */
import { Ceiling, usage } from './ceiling.js';
import { Drift } from './drift.js';
import { Faults } from './faults.js';
import { Reloading } from './reload.js';

/** @typedef {import('./reload.js').Reason} Reason */
/** @typedef {{engine: import('../engine/types').Engine, api: import('../ui/api.js').Api, store: import('../ui/store.js').Store, writeAddress: () => void}} Viewer */
/** `isQuiet`: nothing is shown that somebody should see. @typedef {{isQuiet: () => boolean, settings: () => {memory_mb: number} | null, report: (fault: string, detail: string) => void}} Options */

const LOOK_MS = 10_000;
const CLOCK_MS = 60_000;

/** @param {Viewer} viewer @param {Options} options */
export function watchOver(viewer, { isQuiet, settings, report }) {
  const { engine, api, store } = viewer;
  const drift = new Drift();
  const ceiling = new Ceiling();
  const faults = new Faults();
  const reloading = new Reloading(window.sessionStorage, {
    answers: async () => Boolean(await api.get('/clock')),
    reload: () => {
      viewer.writeAddress();
      window.location.reload();
    },
  });
  let lookedAt = -Infinity;
  let clockedAt = -Infinity;
  let lostAt = 0;
  let isSaid = false;

  const look = () => {
    const [used, most] = usage(/** @type {any} */ (window.performance), engine.stats(), settings()?.memory_mb ?? Infinity);
    if (ceiling.take(used, most)) reloading.want('memory', `${Math.round(used)} of ${most}`);
  };
  /** A simulated campus has another time by intent: nothing can be said there. */
  const ask = async () => {
    const asked = Date.now();
    const { now, simulated } = await api.get('/clock');
    const before = drift.isShown;
    if (!simulated) drift.take({ asked, answered: Date.now(), server: Date.parse(now) });
    if (drift.isShown && !before) report('clock', `${drift.seconds.toFixed(1)} s`);
  };
  const threw = (/** @type {string} */ what) => {
    if (faults.take(performance.now())) reloading.want('errors', what);
  };
  const onError = (/** @type {ErrorEvent} */ { message }) => threw(message);
  const onRejection = (/** @type {PromiseRejectionEvent} */ { reason }) => threw(String(reason?.message ?? reason));
  window.addEventListener('error', onError);
  window.addEventListener('unhandledrejection', onRejection);
  const stops = [
    () => window.removeEventListener('error', onError),
    () => window.removeEventListener('unhandledrejection', onRejection),
    engine.on('contextlost', () => (lostAt = performance.now())),
    engine.on('contextrestored', () => report('context', `${((performance.now() - lostAt) / 1000).toFixed(1)} s`)),
    engine.on('contextgone', (detail) => reloading.want('context', detail)),
  ];

  return {
    drift,
    want: reloading.want.bind(reloading),
    /** @param {number} now ms, monotonic */
    async tick(now) {
      if (now - lookedAt > LOOK_MS) {
        lookedAt = now;
        look();
      }
      if (store.state.connection !== 'live') return;
      if (now - clockedAt > CLOCK_MS) {
        clockedAt = now;
        void ask().catch(() => {});
      }
      const why = isSaid ? null : reloading.why(Date.now());
      isSaid = true;
      if (why) report(why.reason, why.detail);
      if (isQuiet() || reloading.wanted?.reason === 'context') await reloading.quiet(Date.now()); // without a context nothing is seen anyway
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}
