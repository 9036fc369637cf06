/** What the colours of the map mean, at the lower left of the stage. */
import { fill, h } from '../ui/dom.js';
import { gradient } from '../ui/palettes.js';
import { shortTime } from './format.js';

/** @typedef {import('../ui/i18n.js').Translator} Translator */

export class Legend {
  /** @param {HTMLElement} stage */
  constructor(stage) {
    this.element = h('section', { class: 'screen-legend', hidden: true });
    /** Unfolded: on a phone by a tap, on a screen always. */
    this.open = false;
    /** @type {HTMLDetailsElement | null} */
    this.details = null;
    this.isPhone = false;
    stage.append(this.element);
  }

  /** @param {import('./colours.js').MapLegend | null} legend @param {Translator} tr */
  show(legend, tr) {
    this.element.hidden = !legend;
    if (!legend) return;
    const { colour, state, at, words, entries, from, to } = legend;
    const unit = tr.unit(colour.unit ?? '');
    const number = (/** @type {number} */ value) => tr.number(value, colour.decimals ?? 1);
    const ends = from !== undefined && to !== undefined && Number.isFinite(from) ? h('div', { class: 'legend-ramp' }, h('div', { class: 'ramp-bar', style: { background: gradient(colour.ramp) } }), h('div', { class: 'legend-ticks' }, h('span', {}, number(from)), h('span', {}, number((from + to) / 2)), h('span', {}, number(to)))) : null;
    const rows = entries.map((one) =>
      h('li', { 'data-none': one.title === null }, h('span', { class: 'screen-swatch', style: { background: one.colour } }), h('span', { class: 'legend-name' }, one.title ? tr.title(one.title) : tr.text('screen.noValue')), h('span', { class: 'legend-count' }, tr.number(one.count, 0))),
    );
    this.element.setAttribute('aria-label', tr.text('screen.legend'));
    const said = words ? tr.title(words) : tr.text(state === 'loading' ? 'screen.loading' : state === 'waiting' ? 'screen.waiting' : state === 'broken' ? 'screen.broken' : state === 'empty' ? 'screen.empty' : '');
    const since = state === 'stale' && at ? tr.text('screen.since', { time: shortTime(at, tr) }) : '';
    const summary = h('summary', { tabindex: this.isPhone ? 0 : -1 }, tr.title(colour.title) + (unit ? ` (${unit})` : ''));
    this.details = h('details', { open: this.open || !this.isPhone, ontoggle: () => this.isPhone && (this.open = Boolean(this.details?.open)) }, summary, said || since ? h('p', { class: 'legend-said', role: 'status' }, said || since) : null, ends, rows.length ? h('ul', {}, ...rows) : null);
    fill(this.element, this.details);
  }

  /** @param {boolean} isPhone */
  place(isPhone) {
    if (isPhone === this.isPhone) return;
    this.isPhone = isPhone;
    if (!this.details) return;
    this.details.open = this.open || !isPhone;
    /** @type {HTMLElement} */ (this.details.firstElementChild).tabIndex = isPhone ? 0 : -1;
  }

  remove() {
    this.element.remove();
  }
}
