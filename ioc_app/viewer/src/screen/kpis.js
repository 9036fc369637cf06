/** The numbers in the head: at most six tiles, each a button that opens its number. */
import { fill, h } from '../ui/dom.js';
import { Digits } from './digits.js';
import { underline, valueText } from './format.js';

/** @typedef {import('./format.js').Kpi} Kpi */
/** @typedef {import('../ui/i18n.js').Translator} Translator */

/** One number. Made once, told what changed, so that its digits roll from where they were. */
class Tile {
  /** @param {(id: string) => void} open */
  constructor(open) {
    this.id = '';
    this.title = h('span', { class: 'kpi-title' });
    this.digits = new Digits();
    this.unit = h('span', { class: 'kpi-unit', 'aria-hidden': 'true' });
    this.under = h('span', { class: 'kpi-under', 'aria-hidden': 'true' });
    this.button = h('button', { type: 'button', class: 'kpi', 'data-state': 'loading', disabled: true, onclick: () => this.id && open(this.id) }, this.title, h('span', { class: 'kpi-value' }, this.digits.element, this.unit), this.under);
    this.element = h('li', {}, this.button);
  }

  /** @param {Kpi} kpi @param {Translator} tr */
  say(kpi, tr) {
    this.id = kpi.id;
    const { button, title, unit } = this;
    const name = tr.title(kpi.title);
    const value = valueText(kpi, tr);
    const { text, short, tone } = underline(kpi, tr);
    const unitName = tr.unit(kpi.unit);
    title.textContent = name;
    this.digits.set(value);
    unit.textContent = value === '–' ? '' : unitName;
    fill(this.under, h('span', { class: 'under-long' }, text), h('span', { class: 'under-short' }, short));
    button.disabled = false;
    button.dataset.state = kpi.state;
    button.dataset.tone = tone;
    button.toggleAttribute('data-unverified', kpi.unverified);
    const said = [name, `${value} ${unitName}`.trim(), text, kpi.unverified ? tr.text('screen.unverified') : ''].filter(Boolean).join('，');
    button.title = said;
    button.setAttribute('aria-label', said);
  }

  /** @param {Translator} tr */
  wait(tr) {
    this.under.textContent = tr.text('screen.loading');
    this.button.setAttribute('aria-label', tr.text('screen.loading'));
  }
}

export class Kpis {
  /** @param {(id: string) => void} open */
  constructor(open) {
    this.open = open;
    this.element = h('ul', { class: 'head-kpis' });
    /** @type {Tile[]} */
    this.tiles = [];
  }

  /** As many places as there will be numbers: nothing jumps when they come. @param {number} count @param {Translator} tr */
  expect(count, tr) {
    this.tiles = Array.from({ length: count }, () => new Tile(this.open));
    this.element.setAttribute('aria-label', tr.text('screen.kpis'));
    for (const one of this.tiles) one.wait(tr);
    fill(this.element, ...this.tiles.map(({ element }) => element));
  }

  /** @param {string} words why there are none */
  fail(words) {
    for (const { under, button } of this.tiles) under.textContent = button.title = words;
  }

  /** @param {readonly Kpi[]} kpis @param {Translator} tr */
  say(kpis, tr) {
    this.tiles.forEach((tile, n) => kpis[n] && tile.say(kpis[n], tr));
  }
}
