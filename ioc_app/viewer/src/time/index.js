/**
 * Time: a moment of the past in the map, the lists and the cards, the banner that says so, and the bar that chooses it. Fetched
 * by `src/ui/time.js`. The bar stands in the foot of a screen (`#screen-time`), or along the bottom of the desk while `timeOpen`.
 */
import { campusClock } from '../live/clock.js';
import { TimeBar } from './bar.js';
import { banner } from './banner.js';
import en from './i18n/en.json';
import zh from './i18n/zh.json';
import { Player } from './player.js';
import { Shown } from './shown.js';

/**
 * @param {{engine: import('../engine/types').Engine, api: import('../ui/api.js').Api, store: import('../ui/store.js').Store, Translator: typeof import('../ui/i18n.js').Translator, root: HTMLElement, span: import('./scale.js').Span}} viewer
 * @returns {() => void} stop
 */
export function startTime({ engine, api, store, Translator, root, span }) {
  Translator.learn({ zh, en });
  const say = (/** @type {any} */ fault) => {
    if (!fault?.text) console.error(fault);
    const tr = new Translator(store.state.language);
    store.set({ toast: { text: fault?.text ? tr.title(fault.text) : tr.text('time.failed'), kind: 'error', at: Date.now() } });
  };
  const clock = campusClock(store);
  const shown = new Shown({ engine, api, store }, say);
  const dock = document.createElement('div');
  dock.className = 'time-dock';
  root.append(dock);
  /** @type {(() => void)[]} */
  let parts = [];
  /** @type {TimeBar | null} */
  let bar = null;
  const player = new Player({ at: () => store.state.at, set: (at) => store.set({ at }), now: clock.now, changed: () => bar?.showPlaying() });
  const kept = { span };
  const unwatch = store.watch(['mode', 'timeOpen', 'language'], ({ mode, timeOpen, language }) => {
    for (const one of parts.splice(0)) one();
    const tr = new Translator(language);
    const foot = document.getElementById('screen-time');
    const place = mode === 'screen' ? foot : timeOpen ? dock : null;
    dock.hidden = place !== dock;
    root.dataset.time = place === dock ? 'open' : 'closed';
    bar = place && new TimeBar(place, { store, api, tr, player, now: clock.now, kept });
    parts = [banner(root, { store, tr }), () => bar?.dispose()];
  });
  return () => {
    unwatch();
    player.pause();
    for (const one of parts) one();
    shown.stop();
    clock.stop();
    dock.remove();
  };
}
