/** Find a room, device, code or name; arrows and Enter, results grouped by layer. */
import { debounce, fill, h, icon } from '../dom.js';
import { asApiError } from '../actions.js';

const QUIET_MS = 160;

/** @typedef {import('../api.js').Entry} Entry */

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
    /** @type {Entry[]} */
    this.entries = [];
    this.active = -1;
    /** @type {AbortController | null} */
    this.pending = null;
    this.ask = debounce(() => void this.search(), QUIET_MS);
    input.addEventListener('input', () => this.ask());
    input.addEventListener('focus', () => this.entries.length && this.open());
    input.addEventListener('keydown', (event) => this.keyed(event));
  }

  async search() {
    this.pending?.abort();
    const question = this.input.value.trim();
    if (!question) {
      this.entries = [];
      this.close();
      return;
    }
    const mine = new AbortController();
    this.pending = mine;
    try {
      this.entries = await this.context.api.search(question, mine.signal);
      this.show(question);
    } catch (fault) {
      if (mine.signal.aborted) return;
      this.entries = [];
      fill(this.list, h('p', { class: 'search-empty', role: 'alert' }, this.context.tr.title(asApiError(fault).text)));
      this.open();
    }
  }

  /** @param {string} question */
  show(question) {
    const { tr } = this.context;
    this.active = -1;
    if (!this.entries.length) {
      fill(this.list, h('p', { class: 'search-empty' }, tr.text('search.nothing', { question })), h('p', { class: 'search-hint' }, tr.text('search.hint')));
    } else {
      this.entries = grouped(this.entries);
      fill(this.list, ...this.groups());
      this.move(0);
    }
    this.open();
  }

  groups() {
    const { tr, scene } = this.context;
    /** @type {HTMLElement[]} */
    const rows = [];
    let last = '';
    this.entries.forEach((entry, n) => {
      if (entry.layer_id !== last) {
        const layer = scene.layers.find((one) => one.id === entry.layer_id);
        rows.push(h('div', { class: 'search-group', role: 'presentation' }, tr.title(layer?.title) || entry.layer_id));
        last = entry.layer_id;
      }
      rows.push(this.row(entry, n));
    });
    return rows;
  }

  /** @param {Entry} entry @param {number} n */
  row(entry, n) {
    const place = [entry.building, entry.storey].filter(Boolean).join(' · ');
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
      h('span', { class: 'search-name' }, nameOf(entry)),
      h('span', { class: 'search-place' }, place || keyOf(entry.feature_id)),
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

  /** @param {number} n */
  choose(n) {
    const entry = this.entries[n];
    if (!entry) return;
    this.context.actions.choose(entry);
    this.close();
    this.context.engine.canvas.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.move(this.active + 1),
      ArrowUp: () => this.move(this.active - 1),
      Enter: () => this.choose(this.active),
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

/** Number or code, then the name. @param {Entry} entry */
function nameOf(entry) {
  return [...new Set([entry.label, entry.name].filter(Boolean))].join(' ') || keyOf(entry.feature_id);
}

/** The part of a feature id that people know. @param {string} id */
export function keyOf(id) {
  const key = id.split(':').slice(2).join(':') || id;
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
