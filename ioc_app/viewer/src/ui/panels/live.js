/** Is what this screen shows the present? A badge in the bar, and a line across the view when it is not. */
import { fill, h, icon } from '../dom.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').Panel} Panel */
/** @typedef {import('../store.js').State} State */

/** A network that blinks is no news. */
const PATIENCE_MS = 2000;

/** @param {State} state @returns {{level: 'good' | 'warn' | 'bad' | 'none', key: string, values?: Record<string, number>}} */
export function healthOf({ connection, beat }) {
  if (connection === null || connection === 'connecting') return { level: 'none', key: 'live.connecting' };
  if (connection !== 'live') return { level: 'bad', key: 'live.lost' };
  if (!beat) return { level: 'none', key: 'live.connecting' };
  if (beat.disk_low) return { level: 'bad', key: 'live.diskLow' };
  if (beat.rules_wrong) return { level: 'warn', key: 'live.rulesWrong', values: { number: beat.rules_wrong } };
  if (beat.feeds.down) return { level: 'warn', key: 'live.feedsDown', values: { number: beat.feeds.down } };
  if (beat.feeds.up) return { level: 'good', key: 'live.good' };
  return { level: 'none', key: 'live.noFeeds' };
}

/** Opens the page of the feeds. @param {Context} context @returns {Panel} */
export function badge({ store, tr }) {
  const text = h('span', {});
  const element = h(
    'button',
    { type: 'button', class: 'text-button badge', 'aria-haspopup': 'dialog', title: tr.text('feeds.open'), onclick: () => store.set({ feedsOpen: true }) },
    h('span', { class: 'badge-dot', 'aria-hidden': 'true' }),
    text,
  );
  const stop = store.watch(['connection', 'beat', 'me'], (state) => {
    const { level, key, values } = healthOf(state);
    element.hidden = state.me === null;
    element.dataset.level = level;
    text.textContent = tr.text(key, values);
  });
  return { element, dispose: stop };
}

/** @param {Context} context @returns {Panel} */
export function staleBanner({ store, tr }) {
  const element = h('p', { class: 'stale', role: 'alert', hidden: true });
  let timer = 0;
  const stop = store.watch(['connection'], ({ connection }) => {
    clearTimeout(timer);
    if (connection !== 'lost' && connection !== 'stale') {
      element.hidden = true;
      return;
    }
    if (!element.hidden) return;
    const since = new Date();
    timer = window.setTimeout(() => {
      fill(element, icon('warning'), tr.text('live.staleSince', { time: tr.time(since) }));
      element.hidden = false;
    }, PATIENCE_MS);
  });
  return {
    element,
    dispose: () => {
      clearTimeout(timer);
      stop();
    },
  };
}
