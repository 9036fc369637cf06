/** Moments of the past, and the bar that chooses them, are a chunk of their own (`src/time/`), fetched when one of them is wanted. */
import { chunk } from './chunk.js';
import { Translator } from './i18n.js';

/**
 * @param {{engine: import('../engine/types').Engine, api: import('./api.js').Api, store: import('./store.js').Store, root: HTMLElement, span: import('../time/scale.js').Span}} viewer
 * @returns {() => void} stop
 */
export function followTime({ engine, api, store, root, span }) {
  let fetching = false;
  let disposed = false;
  let stop = () => {};
  const unwatch = store.watch(['at', 'mode', 'timeOpen', 'me'], async ({ at, mode, timeOpen, me }) => {
    if (fetching || !me || (at === null && mode !== 'screen' && !timeOpen)) return;
    fetching = true;
    try {
      const { startTime } = await chunk('time');
      if (!disposed) stop = startTime({ engine, api, store, Translator, root, span });
    } catch (fault) {
      console.error(fault);
      fetching = false;
      store.set({ at: null, timeOpen: false, toast: { text: new Translator(store.state.language).text('fault.time'), kind: 'error', at: Date.now() } });
    }
  });
  return () => {
    disposed = true;
    unwatch();
    stop();
  };
}
