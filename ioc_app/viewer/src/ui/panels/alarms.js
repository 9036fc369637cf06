/** How many alarms nobody has acknowledged: a button in the bar that opens the desk, and the title of the page. */
import { fill, h } from '../dom.js';
import { levelSign } from '../level_sign.js';
import { stateOf } from '../../engine/levels.js';
import { isCalling } from '../../live/alarms.js';

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function alarmsButton({ store, tr }) {
  const element = h('button', { type: 'button', class: 'text-button alarms-button', onclick: () => store.set({ desk: store.state.desk === 'alarms' ? null : 'alarms' }) });
  const name = document.title.replace(/^\(\d+\) /, '');
  const stop = store.watch(['alarms', 'presentAlarms', 'desk', 'me'], ({ alarms, presentAlarms, desk, me }) => {
    const calling = [...alarms.values()].filter(isCalling);
    const gravest = calling.reduce((worst, { level }) => Math.max(worst, stateOf(level)), 0);
    element.hidden = me === null;
    element.setAttribute('aria-expanded', String(desk === 'alarms'));
    element.title = tr.text(calling.length ? 'alarms.calling' : 'alarms.quiet', { count: calling.length });
    fill(element, levelSign(gravest), tr.text('alarms.title'), h('span', { class: 'count' }, calling.length ? String(calling.length) : ''));
    const now = [...presentAlarms.values()].filter(isCalling).length; // whatever is shown
    document.title = now ? `(${now}) ${name}` : name;
  });
  return { element, dispose: stop };
}
