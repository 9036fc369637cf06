/** The signs and words by which one incident is known on the list, the board and its card. */
import { h } from '../../ui/dom.js';
import { levelSign } from '../../ui/level_sign.js';
import { isOpen, toneOf } from '../../live/incidents.js';
import { countdown } from './countdown.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./shapes.js').Summary} Summary */

/** Shape, numeral, colour and word. @param {Room} room @param {string} level */
export const levelMark = (room, level) => h('span', { class: 'incident-level' }, levelSign(level), room.levelWords(level));

/** Told again as time goes by. */
export class ClockWords {
  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.element = h('span', { class: 'clock-words' });
  }

  /** @param {import('./countdown.js').Clock & {title?: import('../../engine/types').Title} | null} clock @param {boolean} [named] say which clock it is */
  say(clock, named = true) {
    const { tr } = this.room.context;
    const now = this.room.now();
    const words = countdown(tr, clock, now);
    const text = named && clock?.title && words ? `${words} · ${tr.title(clock.title)}` : words;
    if (this.element.textContent === text) return;
    this.element.textContent = text;
    this.element.title = text; // a narrow column cuts it
    this.element.dataset.tone = toneOf(clock, now);
  }
}

/** Urged, standing still, missed clocks, how much is behind it. @param {Room} room @param {Summary} one */
export function marks({ context: { tr } }, one) {
  const mark = (/** @type {string} */ name, /** @type {string} */ text) => h('span', { class: 'incident-mark', 'data-mark': name }, text);
  return [
    isOpen(one) ? null : mark('closed', tr.text('incidents.closed')),
    one.supervised ? mark('supervised', tr.text('incidents.supervised')) : null,
    one.suspended ? mark('suspended', tr.text('incidents.suspended')) : null,
    one.alarm_count ? mark('alarms', one.alarm_count === 1 ? tr.text('incidents.oneAlarm') : tr.text('incidents.alarmCount', { count: one.alarm_count })) : null,
    one.report_count ? mark('reports', one.report_count === 1 ? tr.text('incidents.oneReport') : tr.text('incidents.reportCount', { count: one.report_count })) : null,
    one.plan ? mark('plan', tr.text('incidents.planCount', { done: one.plan.done, total: one.plan.total })) : null,
  ].filter((found) => found !== null);
}
