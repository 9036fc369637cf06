/** Over the map while it is not now: which moment is shown, whether the model was another one then, and the way back. */
import { fill, h } from '../ui/dom.js';
import { exactly } from './words.js';

/**
 * @param {HTMLElement} root
 * @param {{store: import('../ui/store.js').Store, tr: import('../ui/i18n.js').Translator}} about
 * @returns {() => void} dispose
 */
export function banner(root, { store, tr }) {
  const said = h('span', { class: 'time-banner-said' });
  const other = h('span', { class: 'time-banner-other' });
  const back = h('button', { type: 'button', class: 'time-banner-back', onclick: () => store.set({ at: null }) }, tr.text('time.back'));
  const element = h('div', { class: 'time-banner', role: 'status', hidden: true }, said, other, back);
  root.append(element);
  const stop = store.watch(['at', 'then'], ({ at, then }) => {
    element.hidden = at === null;
    if (at === null) return;
    fill(said, tr.text('time.notNow', { at: exactly(tr, at) }));
    const differs = then !== null && then.generation !== then.generationThen;
    fill(other, differs ? tr.text('time.otherModel', { then: then.generationThen, now: then.generation }) : '');
    element.setAttribute('aria-busy', String(then?.at !== at));
  });
  return () => {
    stop();
    element.remove();
  };
}
