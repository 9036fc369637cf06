/** On a phone: events, how it is, what is wrong and the time bar take turns under the thumb; by tab or by a swipe. Beside them: a report. */
import { fill, h, icon } from '../ui/dom.js';
import { put } from './layout.js';

/** @typedef {import('../ui/i18n.js').Translator} Translator */

export const SHEETS = /** @type {const} */ (['ticker', 'left', 'right', 'time']);
const SWIPE_PX = 60;

/** Which sheet a swipe leads to. @param {number} at @param {number} dx px @param {number} dy px @returns {number} */
export function swiped(at, dx, dy) {
  if (Math.abs(dx) < SWIPE_PX || Math.abs(dx) < 2 * Math.abs(dy)) return at;
  return Math.min(SHEETS.length - 1, Math.max(0, at + (dx < 0 ? 1 : -1)));
}

export class Sheets {
  /** @param {HTMLElement} page */
  constructor(page) {
    this.page = page;
    this.list = h('div', { class: 'sheet-list', role: 'tablist' });
    this.report = h('button', { type: 'button', class: 'sheet-report', hidden: true });
    this.element = h('div', { class: 'screen-sheets' }, this.list, this.report);
    page.append(this.element);
    this.at = 0;
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    this.stop = new AbortController();
    /** @type {{x: number, y: number} | null} */
    let from = null;
    const inSheet = (/** @type {EventTarget | null} */ target) => target instanceof Element && target.closest('.screen-side, .screen-ticker, .screen-time') !== null && !target.closest('.time-rail, input, select');
    page.addEventListener('touchstart', ({ touches, target }) => (from = touches.length === 1 && inSheet(target) ? { x: touches[0].clientX, y: touches[0].clientY } : null), { signal: this.stop.signal, passive: true });
    page.addEventListener('touchend', ({ changedTouches: [touch] }) => {
      if (from && page.dataset.kind === 'phone') this.turn(swiped(this.at, touch.clientX - from.x, touch.clientY - from.y));
      from = null;
    }, { signal: this.stop.signal, passive: true });
  }

  /** @param {Translator} tr @param {() => void} report */
  speak(tr, report) {
    this.buttons = SHEETS.map((name, n) => h('button', { type: 'button', role: 'tab', class: 'screen-sheet', onclick: () => this.turn(n) }, tr.text(`screen.sheet.${name}`)));
    this.list.setAttribute('aria-label', tr.text('screen.sheets'));
    fill(this.list, ...this.buttons);
    fill(this.report, icon('plus'), tr.text('screen.report'));
    this.report.onclick = report;
    this.turn(this.at);
  }

  /** Who may not take a report is not offered it. @param {boolean} may */
  allow(may) {
    this.report.hidden = !may;
  }

  /** @param {import('./compose.js').Composition} composition */
  place({ regions }) {
    put(this.element, regions.sheets);
  }

  /** @param {number} to */
  turn(to) {
    this.at = to;
    this.page.dataset.sheet = SHEETS[to];
    this.buttons.forEach((one, n) => one.setAttribute('aria-selected', String(n === to)));
  }

  remove() {
    this.stop.abort();
    this.element.remove();
    delete this.page.dataset.sheet;
  }
}
