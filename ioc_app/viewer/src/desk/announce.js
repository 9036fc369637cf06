/** Says new grave alarms to those who do not see the screen, each once. What stands when the page opens is said as a number. */
import { h } from '../ui/dom.js';
import { stateOf } from '../engine/levels.js';
import { plainText } from '../engine/text.js';
import { isCalling } from '../live/alarms.js';

/** @typedef {import('../live/alarms.js').Alarm} Alarm */

const SAID_AT_ONCE = 3;
/** By store: a change of language is no news. @type {WeakMap<object, Set<string>>} */
const SAID = new WeakMap();

/** @param {import('../ui/context.js').Context} context */
export function announcer({ store, tr }) {
  const element = h('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  const stop = store.watch(['presentAlarms'], ({ presentAlarms: alarms, flood }) => {
    if (flood === null) return; // nothing has come yet
    const grave = [...alarms.values()].filter((one) => isCalling(one) && stateOf(one.level) >= stateOf('A'));
    const known = SAID.get(store);
    const fresh = freshOf(grave, known);
    SAID.set(store, new Set(grave.map(nameOf)));
    if (!fresh.length) return;
    const told = known ? fresh.slice(0, SAID_AT_ONCE).map((one) => tr.text('announce.alarm', { level: tr.text(`level.word.${one.level}`), title: plainText(tr.title(one.title), 80), where: plainText(tr.title(one.where), 80) })) : [];
    const more = fresh.length - told.length;
    element.textContent = [...told, more ? tr.text(known ? 'announce.more' : 'announce.standing', { count: more }) : ''].filter(Boolean).join(' ');
  });
  return { element, dispose: stop };
}

/** Once graver it is news again. @param {Alarm} alarm */
const nameOf = ({ alarm_id, level }) => `${alarm_id} ${level}`;

/** @param {Alarm[]} grave @param {ReadonlySet<string> | undefined} known */
export const freshOf = (grave, known) => grave.filter((one) => !known?.has(nameOf(one)));
