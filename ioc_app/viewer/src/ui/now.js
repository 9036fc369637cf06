/** Colouring by what devices measure now is a chunk of its own (`src/now/`), fetched when somebody chooses it. */
import { chunk } from './chunk.js';
import { Translator } from './i18n.js';

/**
 * @param {import('../engine/types').Engine} engine
 * @param {import('./api.js').Api} api
 * @param {import('./store.js').Store} store
 * @returns {() => void} stop
 */
export function followNow(engine, api, store) {
  const say = (/** @type {string} */ text) => store.set({ colouring: null, legend: null, toast: { text, kind: 'error', at: Date.now() } });
  let stop = () => {};
  const follow = async (/** @type {import('./store.js').State} */ { colouring }) => {
    stop();
    stop = () => {};
    if (colouring?.quantity === undefined) return;
    const isWanted = () => store.state.colouring === colouring;
    try {
      const { startNow } = await chunk('now');
      if (isWanted()) stop = startNow({ engine, api, store, Translator, say }, colouring);
    } catch (fault) {
      console.error(fault);
      if (isWanted()) say(new Translator(store.state.language).text('fault.now'));
    }
  };
  const unwatch = store.watch(['colouring'], (state) => void follow(state));
  return () => {
    unwatch();
    stop();
    stop = () => {};
  };
}
