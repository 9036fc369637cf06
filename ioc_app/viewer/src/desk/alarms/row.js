/** One alarm, one line. A row is made once and told what changed. */
import { fill, h } from '../../ui/dom.js';
import { levelSign } from '../../ui/level_sign.js';
import { plainText } from '../../engine/text.js';
import { isCalling } from '../../live/alarms.js';
import { ago, clockTime, valueWords, wholeTime } from '../words.js';
import { stateOfAlarm, stateWords } from './states.js';

/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {import('../../ui/i18n.js').Translator} Translator */
/** @typedef {{tr: Translator, now: number, names: ReadonlyMap<string, string>}} Words names of staff */

/** "Since when" is told anew after so long. */
const AGE_MS = 4000;

/** In the order of the columns; the texts that head them are `column.<name>`. */
export const COLUMNS = ['level', 'title', 'where', 'since', 'value', 'state', 'assignee', 'count'];

export class Row {
  /** @param {string} key */
  constructor(key) {
    this.key = key;
    /** @type {Alarm | null} */
    this.alarm = null;
    /** @type {ReadonlyMap<string, string> | null} */
    this.names = null;
    this.aged_at = -Infinity;
    this.standing = '';
    this.check = h('span', { class: 'alarm-check', role: 'gridcell', 'aria-hidden': 'true' });
    this.cells = Object.fromEntries(COLUMNS.map((name) => [name, h('span', { role: 'gridcell', class: `alarm-cell alarm-${name}` })]));
    this.element = h('div', { role: 'row', class: 'alarm-row', tabindex: '-1', 'data-key': key }, this.check, ...Object.values(this.cells));
  }

  /** @param {Alarm} alarm @param {Words} words */
  say(alarm, words) {
    const { tr, now, names } = words;
    if (this.alarm !== alarm || now - this.aged_at >= AGE_MS) this.age(alarm, words);
    if (this.alarm === alarm && this.names === names) return;
    this.alarm = alarm;
    this.names = names;
    const { level, title, where, value, limit, unit, assignee, raise_count } = alarm;
    const { cells } = this;
    this.element.dataset.originator = alarm.originator;
    this.element.dataset.level = level;
    this.element.dataset.state = stateOfAlarm(alarm);
    this.element.toggleAttribute('data-calling', isCalling(alarm));
    fill(cells.level, levelSign(level), tr.text(`level.word.${level}`));
    cells.title.textContent = cells.title.title = plainText(tr.title(title) || alarm.alarm_type, 120);
    cells.where.textContent = cells.where.title = plainText(tr.title(where) || alarm.originator, 120);
    cells.value.textContent = cells.value.title = valueWords(tr, { value, limit, unit });
    const state = stateWords(tr, alarm, now).map((one) => plainText(one, 80));
    fill(cells.state, ...state.map((one, n) => h('span', { class: n ? 'alarm-aside' : 'alarm-word' }, one)));
    cells.state.title = state.join(' · ');
    cells.assignee.textContent = assignee ? plainText(names.get(assignee) ?? assignee) : '';
    cells.count.textContent = raise_count > 1 ? `×${raise_count}` : '';
    cells.count.title = raise_count > 1 ? tr.text('desk.raised', { count: raise_count }) : '';
  }

  /** Time goes by for every row. @param {Alarm} alarm @param {Words} words */
  age({ raised_at }, { tr, now }) {
    this.aged_at = now;
    const [at, passed] = [clockTime(tr, raised_at, now), ` · ${ago(tr, raised_at, now)}`];
    if (this.cells.since.textContent === at + passed) return;
    fill(this.cells.since, at, h('span', { class: 'alarm-passed' }, passed));
    this.cells.since.title = wholeTime(tr, raised_at);
  }

  /** @param {{cursor: boolean, selected: boolean, open: boolean, index: number}} place */
  stand({ cursor, selected, open, index }) {
    const { element } = this;
    const standing = `${cursor} ${selected} ${open} ${index}`;
    if (standing === this.standing) return;
    this.standing = standing;
    element.setAttribute('tabindex', cursor ? '0' : '-1');
    element.setAttribute('aria-selected', String(selected));
    element.setAttribute('aria-rowindex', String(index + 2));
    element.toggleAttribute('data-cursor', cursor);
    element.toggleAttribute('data-open', open);
  }
}
