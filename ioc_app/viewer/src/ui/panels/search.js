/** Find a room, device, code, name or layer; arrows and Enter, results grouped by layer. */
import { debounce, fill, h, icon } from '../dom.js';
import { asApiError } from '../actions.js';
import { buildingName, buildingOf, fullName, keyOf } from '../../names.js';

const QUIET_MS = 160;

/** @typedef {import('../api.js').Entry} Entry */
/** One line of the list. @typedef {{group: string, name: string, place: string, choose: () => void}} Choice */

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function searchBox(context) {
  const { tr } = context;
  const list = h('div', { class: 'search-results', id: 'ui-search-results', role: 'listbox', 'aria-label': tr.text('search.results'), hidden: true });
  const input = h('input', {
    type: 'search',
    class: 'search-input',
    id: 'ui-search',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: tr.text('search.placeholder'),
    'aria-label': tr.text('search.label'),
    'aria-controls': 'ui-search-results',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
  });
  const box = new SearchBox(context, input, list);
  const element = h('div', { class: 'search', role: 'search' }, icon('search'), input, h('kbd', { class: 'search-key', 'aria-hidden': 'true' }, '/'), list);
  element.addEventListener('focusout', (event) => {
    if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) box.close();
  });
  return { element, dispose: () => box.dispose() };
}

class SearchBox {
  /**
   * @param {import('../context.js').Context} context
   * @param {HTMLInputElement} input
   * @param {HTMLElement} list
   */
  constructor(context, input, list) {
    this.context = context;
    this.input = input;
    this.list = list;
    /** @type {Choice[]} */
    this.choices = [];
    this.active = -1;
    /** The list answers what stands in the box. */
    this.current = true;
    /** Enter was pressed before the list did. */
    this.hasty = false;
    /** @type {AbortController | null} */
    this.pending = null;
    this.ask = debounce(() => void this.search(), QUIET_MS);
    input.addEventListener('input', () => {
      this.current = this.hasty = false;
      this.pending?.abort(); // what was typed over is not shown: rows stay under the hand
      this.ask();
    });
    input.addEventListener('focus', () => {
      input.select(); // the next question replaces the last one
      if (this.choices.length) this.open();
    });
    input.addEventListener('keydown', (event) => this.keyed(event));
  }

  async search() {
    const question = this.input.value.trim();
    if (!question) {
      this.choices = [];
      this.close();
      return;
    }
    const mine = new AbortController();
    this.pending = mine;
    try {
      const found = await this.context.api.search(question, mine.signal);
      this.choices = [...this.layers(question), ...grouped(found).map((one) => this.feature(one))];
      this.show(question);
    } catch (fault) {
      if (mine.signal.aborted) return;
      this.choices = [];
      fill(this.list, h('p', { class: 'search-empty', role: 'alert' }, this.context.tr.title(asApiError(fault).text)));
      this.open();
    }
  }

  /** @param {string} question */
  show(question) {
    const { tr } = this.context;
    this.active = -1;
    this.current = true;
    if (!this.choices.length) {
      fill(this.list, h('p', { class: 'search-empty' }, tr.text('search.nothing', { question })), h('p', { class: 'search-hint' }, tr.text('search.hint')));
    } else {
      fill(this.list, ...this.groups());
      this.move(0);
    }
    if (this.hasty && this.choices.length) this.choose(0);
    else this.open();
  }

  groups() {
    /** @type {HTMLElement[]} */
    const rows = [];
    let last = '';
    this.choices.forEach((choice, n) => {
      if (choice.group !== last) rows.push(h('div', { class: 'search-group', role: 'presentation' }, choice.group));
      last = choice.group;
      rows.push(this.row(choice, n));
    });
    return rows;
  }

  /** Layers by their titles, in either language. @param {string} question @returns {Choice[]} */
  layers(question) {
    const { tr, scene, actions } = this.context;
    const wanted = question.toLowerCase();
    const named = scene.layers.filter((one) => one.kind !== 'table' && Object.values(one.title).some((title) => title.toLowerCase().includes(wanted)));
    return named.map((layer) => ({ group: tr.text('layers.title'), name: tr.title(layer.title), place: tr.number(layer.features, 0), choose: () => actions.chooseLayer(layer) }));
  }

  /** @param {Entry} entry @returns {Choice} */
  feature(entry) {
    const { tr, scene, actions } = this.context;
    const layer = scene.layers.find((one) => one.id === entry.layer_id);
    const building = buildingOf(scene, entry.building_id);
    const within = building ? buildingName(building, tr.language) : entry.building;
    const own = building && entry.feature_id === entry.building_id ? within : entry.name;
    const name = fullName([entry.label, own]) || keyOf(entry.feature_id); // number or code, then the name
    const place = [within, entry.storey].filter(Boolean).join(' · ');
    return { group: tr.title(layer?.title) || entry.layer_id, name, place: place || keyOf(entry.feature_id), choose: () => actions.choose(entry) };
  }

  /** @param {Choice} choice @param {number} n */
  row({ name, place }, n) {
    return h(
      'div',
      {
        class: 'search-result',
        role: 'option',
        id: `ui-search-${n}`,
        tabindex: '-1',
        'aria-selected': 'false',
        onpointerdown: (/** @type {Event} */ event) => event.preventDefault(),
        onclick: () => this.choose(n),
      },
      h('span', { class: 'search-name' }, name),
      h('span', { class: 'search-place' }, place),
    );
  }

  /** @param {number} to */
  move(to) {
    const rows = this.list.querySelectorAll('[role=option]');
    if (!rows.length) return;
    this.active = (to + rows.length) % rows.length;
    rows.forEach((row, n) => row.setAttribute('aria-selected', String(n === this.active)));
    rows[this.active].scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', `ui-search-${this.active}`);
  }

  /** Someone who types and presses Enter at once means what was typed, not what the list still shows. */
  entered() {
    if (this.current) this.choose(this.active);
    else this.hasty = true;
  }

  /** @param {number} n */
  choose(n) {
    if (!this.choices[n]) return;
    this.choices[n].choose();
    this.close();
    this.context.engine.canvas.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.move(this.active + 1),
      ArrowUp: () => this.move(this.active - 1),
      Enter: () => this.entered(),
      Escape: () => this.escape(),
    };
    if (!keys[event.key] || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  escape() {
    if (this.list.hidden) this.input.value = '';
    this.close();
    if (!this.input.value) this.input.blur();
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  dispose() {
    this.ask.cancel();
    this.pending?.abort();
  }
}

/** Best first, but what belongs to one layer together. @param {Entry[]} entries */
function grouped(entries) {
  const order = [...new Set(entries.map((one) => one.layer_id))];
  return order.flatMap((layer) => entries.filter((one) => one.layer_id === layer));
}

