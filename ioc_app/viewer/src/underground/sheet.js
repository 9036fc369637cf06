/** The answer over the lower part of the model: what it says, its drawing, its tables; large over the whole page; to take away. */
import { h, icon, iconButton } from '../ui/dom.js';
import { drawing } from './drawing.js';
import { tableOf } from './rows.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./answers.js').Answer} Answer */

export class Sheet {
  /**
   * @param {Context} context
   * @param {Element} frame where it stands
   * @param {Answer} answer
   * @param {{closed: () => void, go: (row: import('./answers.js').Row) => void}} then
   */
  constructor(context, frame, answer, { closed, go }) {
    const { tr } = context;
    this.tr = tr;
    this.closed = closed;
    this.picture = answer.svg ? drawing(context, answer.svg, answer.title) : null;
    this.heading = h('h2', { tabindex: '-1' }, answer.title);
    const tab = (/** @type {'drawing' | 'tables'} */ name) => h('button', { type: 'button', class: 'button', 'data-tab': name, onclick: () => this.turn(name) }, tr.text(`underground.tab.${name}`));
    this.tabs = this.picture ? [tab('drawing'), tab('tables')] : [];
    const large = () => this.setLarge(!this.element.classList.contains('is-large'));
    this.larger = h('button', { type: 'button', class: 'button', 'data-act': 'large', 'aria-pressed': 'false', onclick: large }, tr.text('underground.large'));
    const tools = this.picture?.tools ?? [];
    /** @param {string} act @param {string} text @param {string} type @param {string} ending */
    const save = (act, text, type, ending) => h('button', { type: 'button', class: 'button', 'data-act': act, onclick: () => this.save(answer, text, type, ending) }, tr.text(`underground.${act}`));
    const tables = h(
      'div',
      { class: 'dug-tables', tabindex: '0' },
      ...answer.tables.map((one) => tableOf(one, go)),
      answer.tables.length ? null : h('p', { class: 'empty' }, tr.text('underground.nothing')),
      ...answer.notes.map((one) => h('p', {}, one)),
      ...answer.doubts.map((one) => h('p', { class: 'dug-doubt' }, icon('info'), one)),
    );
    this.element = h(
      'section',
      { class: 'dug-sheet', 'aria-label': tr.text('underground.answer', { title: answer.title }), 'data-own-keys': '', onkeydown: (/** @type {KeyboardEvent} */ event) => this.keyed(event) },
      h(
        'div',
        { class: 'dug-head' },
        h('div', { class: 'dug-title' }, this.heading, h('p', { class: 'dug-summary', role: 'status' }, answer.summary)),
        h('div', { class: 'dug-tools' }, ...this.tabs, h('span', { class: 'dug-zoom' }, ...tools), answer.svg ? save('svg', answer.svg, 'image/svg+xml', 'svg') : null, save('csv', answer.csv, 'text/csv', 'csv'), this.larger),
        iconButton('close', tr.text('close'), () => this.leave(), { class: 'small' }),
      ),
      h('div', { class: 'dug-body' }, this.picture?.element ?? null, tables),
    );
    this.turn(this.picture ? answer.first : 'tables');
    frame.append(this.element);
    this.heading.focus({ preventScroll: true });
  }

  /** Where there is no room for both. @param {'drawing' | 'tables'} name */
  turn(name) {
    this.element.dataset.shown = name;
    for (const one of this.tabs) one.setAttribute('aria-pressed', String(one.dataset.tab === name));
  }

  /** @param {boolean} isLarge */
  setLarge(isLarge) {
    this.element.classList.toggle('is-large', isLarge);
    this.larger.setAttribute('aria-pressed', String(isLarge));
    this.larger.textContent = this.tr.text(isLarge ? 'underground.small' : 'underground.large');
    if (isLarge && this.picture) this.turn('drawing');
    this.picture?.fit();
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (this.element.classList.contains('is-large')) this.setLarge(false);
    else this.leave();
  }

  /** @param {Answer} answer @param {string} text @param {string} type @param {string} ending */
  save({ file }, text, type, ending) {
    const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-');
    h('a', { href: url, download: `${file}-${stamp}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  leave() {
    this.close();
    this.closed();
  }

  close() {
    this.picture?.dispose();
    this.element.remove();
  }
}
