/** What a wall says of itself, over the campus: why it shows what it does, and that its clock is wrong. Text nodes only. */
import { fill, h, icon } from '../ui/dom.js';
import { levelSign } from '../ui/level_sign.js';
import { plainText } from '../engine/text.js';

/** @typedef {import('./director.js').OnWall} OnWall */
/** @typedef {import('./news.js').Item} Item */
/** @typedef {import('../ui/i18n.js').Translator} Translator */
/** What is said beside. @typedef {{calling: readonly Item[], now: number, drift_s: number | null}} Beside `drift_s`: null while the clock is right */

const MOST_LINES = 8;

/** @type {{[K in OnWall['kind']]: (tr: Translator, one: Extract<OnWall, {kind: K}>, beside: Beside) => (Node | null)[]}} */
const SAYS = {
  alarm: (tr, { item, until }, { now }) => [
    h('p', { class: 'wall-kicker' }, levelSign(item.level), tr.text(`level.word.${item.level}`)),
    h('h2', {}, plainText(tr.title(item.title), 120)),
    h('p', {}, [plainText(tr.title(item.where), 120), tr.time(item.at)].filter(Boolean).join(' · ')),
    h('p', { class: 'wall-quiet' }, tr.text('wall.back', { seconds: left(until, now) })),
  ],
  flood: (tr, { count }, { calling }) => [
    h('p', { class: 'wall-kicker' }, icon('warning'), tr.text('wall.flood', { count })),
    h('ol', {}, ...calling.slice(0, MOST_LINES).map((one) => h('li', {}, levelSign(one.level), h('span', {}, plainText(tr.title(one.title), 60)), h('span', { class: 'wall-quiet' }, plainText(tr.title(one.where), 60))))),
    calling.length > MOST_LINES ? h('p', { class: 'wall-quiet' }, tr.text('wall.more', { count: calling.length - MOST_LINES })) : null,
  ],
  sent: (tr, { sent }) => [
    h('p', { class: 'wall-kicker' }, icon('link'), tr.text('wall.sentBy', { name: plainText(sent.by, 40) })),
    sent.note ? h('p', {}, plainText(sent.note, 200)) : null,
  ],
  touched: (tr, { until }, { now }) => [h('p', { class: 'wall-quiet' }, tr.text('wall.paused', { seconds: left(until, now) }))],
  screen: () => [],
};

/** @param {number} until @param {number} now ms */
const left = (until, now) => Math.max(0, Math.ceil((until - now) / 1000));

export class Overlay {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.why = h('section', { class: 'wall-why', 'aria-live': 'polite' });
    this.clock = h('p', { class: 'wall-clock', role: 'status', hidden: true });
    this.element = h('div', { class: 'wall-over' }, this.why, this.clock);
    this.said = '';
    root.append(this.element);
  }

  /** @param {Translator} tr @param {OnWall} on @param {Beside} beside */
  say(tr, on, beside) {
    const seconds = 'until' in on ? left(on.until, beside.now) : 0;
    const said = JSON.stringify([tr.language, on.key, seconds, on.kind === 'flood' && beside.calling.map(({ id }) => id), beside.drift_s]);
    if (said === this.said) return;
    this.said = said;
    this.why.dataset.kind = on.kind;
    fill(this.why, .../** @type {any} */ (SAYS[on.kind])(tr, on, beside));
    this.clock.hidden = beside.drift_s === null;
    fill(this.clock, icon('warning'), tr.text('wall.clock', { seconds: tr.fixed(beside.drift_s ?? 0, 1) }));
  }

  remove() {
    this.element.remove();
  }
}
