/**
 * What another survey changed: two models compared, feature by feature (`ioc_app/api/changes.py`, as `twin diff` does it). A chunk
 * of its own, fetched when somebody opens the tool.
 */
import { fill, h, icon } from '../ui/dom.js';
import { asApiError } from '../ui/actions.js';
import en from './i18n/en.json';
import { OnModel } from './on_model.js';
import { rowList } from './rows.js';
import { legendOf, tableOf } from './table.js';
import zh from './i18n/zh.json';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./shapes.js').Model} Model */
/** @typedef {import('./shapes.js').Compared} Compared */

const LEAST_REASON = 4; // signs, as the server asks for
const COMPARES = 2;

/** @param {Context} context @returns {import('../ui/context.js').Panel} */
export function changesPanel(context) {
  /** @type {typeof import('../ui/i18n.js').Translator} */ (context.tr.constructor).learn({ zh, en });
  const panel = new ChangesPanel(context);
  void panel.open();
  return { element: panel.element, dispose: () => panel.dispose() };
}

class ChangesPanel {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.model = new OnModel(context);
    this.form = h('div', { class: 'changes-form' });
    this.answer = h('div', { class: 'changes-answer', 'aria-live': 'polite' });
    this.element = h('div', { class: 'changes' }, this.form, this.answer);
    /** @type {Record<string, string>} */
    this.query = {};
    this.asked = 0;
  }

  async open() {
    const { api, tr } = this.context;
    const mine = (this.asked += 1);
    this.wait();
    try {
      /** @type {{generations: Model[]}} */
      const { generations } = await api.get('/generations');
      if (mine !== this.asked) return;
      if (generations.length < COMPARES) fill(this.answer, h('p', { class: 'hint' }, tr.text('changes.onlyOne', { number: generations[0]?.number ?? '–' })));
      else this.choose(generations);
    } catch (fault) {
      if (mine === this.asked) this.failed(fault);
    }
  }

  /** @param {Model[]} models the oldest first */
  choose(models) {
    const { tr, scene, store } = this.context;
    const when = (/** @type {string} */ at) => new Date(at).toLocaleString(tr.locale, { timeZone: tr.zone, dateStyle: 'short', timeStyle: 'short' });
    const option = (/** @type {Model} */ one) => h('option', { value: one.number }, [tr.text('changes.model', { number: one.number }), one.in_use ? tr.text('changes.inUse') : '', one.in_force_at ? when(one.in_force_at) : tr.text('changes.never')].filter(Boolean).join(' · '));
    const newer = h('select', { name: 'to' }, ...models.slice(1).reverse().map(option));
    const older = h('select', { name: 'from' });
    const offer = () => {
      const before = models.filter((one) => one.number < Number(newer.value)).reverse();
      const kept = older.value;
      fill(older, ...before.map(option));
      if (before.some((one) => String(one.number) === kept)) older.value = kept;
    };
    const compare = (/** @type {string} */ reason = '') => void this.compare({ from: older.value, to: newer.value, ...(reason ? { exactly: reason } : {}) });
    newer.addEventListener('change', () => (offer(), compare()));
    older.addEventListener('change', () => compare());
    offer();
    const underground = scene.layers.some((one) => one.underground && one.features);
    const may = underground && store.state.me?.rights.includes('underground');
    fill(
      this.form,
      h('label', { class: 'field' }, h('span', {}, tr.text('changes.from')), older),
      h('label', { class: 'field' }, h('span', {}, tr.text('changes.to')), newer),
      may ? this.exactly(compare) : underground ? h('p', { class: 'hint' }, tr.text('changes.masked')) : null,
    );
    compare();
  }

  /** What lies underground, as it is: with a reason, which the audit keeps. @param {(reason: string) => void} compare */
  exactly(compare) {
    const { tr } = this.context;
    const input = h('input', { type: 'text', name: 'exactly', maxlength: 300, placeholder: tr.text('changes.why'), autocomplete: 'off', 'aria-label': tr.text('changes.reason') });
    const button = h('button', { type: 'submit', class: 'button', disabled: true }, tr.text('changes.exactly'));
    const reason = () => input.value.trim();
    input.addEventListener('input', () => (button.disabled = [...reason()].length < LEAST_REASON));
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!button.disabled) compare(reason());
    };
    return h('form', { class: 'changes-exactly', onsubmit: submit }, h('span', { class: 'field-title' }, tr.text('changes.underground')), h('div', {}, input, button));
  }

  /** @param {Record<string, string>} query */
  async compare(query) {
    const mine = (this.asked += 1);
    this.query = query;
    this.wait();
    this.model.wipe();
    try {
      /** @type {Compared} */
      const told = await this.context.api.get(`/changes?${new URLSearchParams(query)}`);
      if (mine !== this.asked) return;
      this.model.show(told);
      this.showTable(told);
    } catch (fault) {
      if (mine === this.asked) this.failed(fault);
    }
  }

  /** @param {Compared} told @param {{layer: string, change: string}} [back] what was listed */
  showTable(told, back) {
    const { tr, scene } = this.context;
    const missing = told.removed_total - told.removed.length;
    const notes = [
      told.exact ? tr.text('changes.exact') : scene.layers.some((one) => one.underground && one.features) ? tr.text('changes.blurred') : '',
      told.to === told.in_use ? '' : tr.text('changes.other', { number: told.in_use }),
      missing > 0 ? tr.text('changes.notDrawn', { count: tr.number(missing, 0) }) : '',
    ].filter(Boolean);
    fill(this.answer, legendOf(this.context, told), ...tableOf(this.context, told, (chosen) => this.showRows(told, chosen)), ...notes.map((one) => h('p', { class: 'hint' }, one)));
    if (back) /** @type {HTMLElement | null} */ (this.answer.querySelector(`button[data-layer="${CSS.escape(back.layer)}"][data-change="${back.change}"]`))?.focus();
  }

  /** @param {Compared} told @param {import('./rows.js').Chosen} chosen */
  showRows(told, chosen) {
    const { api } = this.context;
    const query = { ...this.query };
    const ask = (/** @type {Record<string, string>} */ more) => api.get(`/changes/rows?${new URLSearchParams({ ...query, ...more })}`);
    const back = () => (this.model.draw(null), this.showTable(told, chosen));
    fill(this.answer, rowList(this.context, chosen, ask, { go: (row) => this.model.go(row, chosen.layer), back }));
  }

  wait() {
    fill(this.answer, h('p', { class: 'hint' }, this.context.tr.text('changes.waiting')));
  }

  /** @param {unknown} fault */
  failed(fault) {
    fill(this.answer, h('p', { class: 'error', role: 'alert' }, icon('warning'), this.context.tr.title(asApiError(fault).text)));
  }

  dispose() {
    this.asked += 1;
    this.model.dispose();
  }
}
