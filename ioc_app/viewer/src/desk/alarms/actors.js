/** The alarms that trouble people most: raised most often, standing longest, chattering. To be mended, not acknowledged. */
import { fill, h, iconButton } from '../../ui/dom.js';
import { plainText } from '../../engine/text.js';

/** @typedef {{originator: string, alarm_type: string, title: import('../../engine/types').Title, figure: number}} Actor */
/** @typedef {'most_raised' | 'longest_standing' | 'chattering'} ListName */

/** @type {readonly ListName[]} */
const LISTS = ['most_raised', 'longest_standing', 'chattering'];
const DAYS = [1, 7, 30];
const DAY_MS = 86_400_000;

/** @param {import('../../ui/context.js').Context} context @param {() => number} now ms */
export function actorsSheet({ api, tr }, now) {
  const body = h('div', { class: 'sheet-body actors' });
  const close = () => element.close();
  const days = h('select', { 'aria-label': tr.text('actors.period'), onchange: () => void ask() }, ...DAYS.map((one) => h('option', { value: one }, tr.text('actors.days', { count: one }))));
  const element = h(
    'dialog',
    { class: 'sheet', 'aria-label': tr.text('actors.title'), 'data-own-keys': true, onkeydown: (/** @type {Event} */ event) => event.stopPropagation() },
    h('div', { class: 'card-head' }, h('h2', {}, tr.text('actors.title')), days, iconButton('close', tr.text('close'), close)),
    h('p', { class: 'hint' }, tr.text('actors.hint')),
    body,
  );
  const ask = async () => {
    fill(body, h('p', { class: 'quiet' }, tr.text('card.loading')));
    const period = new URLSearchParams({ start: new Date(now() - Number(days.value) * DAY_MS).toISOString(), end: new Date(now()).toISOString() });
    try {
      const answer = await api.get(`/alarms/actors?${period}`);
      fill(body, ...LISTS.map((name) => listOf(name, answer[name])));
    } catch (fault) {
      fill(body, h('p', { class: 'error', role: 'alert' }, tr.title(/** @type {any} */ (fault).text) || String(fault)));
    }
  };
  /** @param {ListName} name @param {Actor[]} actors */
  const listOf = (name, actors) =>
    h(
      'section',
      {},
      h('h3', {}, tr.text(`actors.${name}`)),
      actors.length
        ? h('ol', {}, ...actors.map((one) => h('li', {}, h('strong', {}, figureOf(name, one.figure)), h('span', {}, plainText(tr.title(one.title), 80)), h('span', { class: 'quiet' }, plainText(one.originator, 80)))))
        : h('p', { class: 'quiet' }, tr.text('actors.none')),
    );
  /** @param {ListName} name @param {number} figure times, or seconds */
  const figureOf = (name, figure) => {
    if (name !== 'longest_standing') return tr.text('actors.times', { count: figure });
    return figure < 3600 ? tr.text('shelve.minutes', { number: Math.round(figure / 60) }) : tr.text('shelve.hours', { number: tr.number(figure / 3600, 1) });
  };
  const open = () => {
    element.showModal();
    void ask();
  };
  return { element, open };
}
