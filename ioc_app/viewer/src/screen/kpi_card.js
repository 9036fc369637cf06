/** A number opened: what it means, who answers for it, the question as it is asked, and the rows behind it. */
import { fill, h, iconButton } from '../ui/dom.js';
import { plainText } from '../engine/text.js';
import { underline, valueText } from './format.js';

/** @typedef {import('../ui/i18n.js').Translator} Translator */
/** @typedef {import('./format.js').Kpi & {formula: import('../engine/types').Title, owner: import('../engine/types').Title, sql: string, rows_sql?: string, source: string | null, fresh_s?: number}} WholeKpi */
/** @typedef {{columns: string[], rows: Record<string, unknown>[], more: boolean}} Rows */

const PAGE_ROWS = 12;
const MOST_ROWS = 500;
/** What a row is shown by, not what it says. */
const PLACE = 'feature_id';

export class KpiCard {
  /**
   * @param {HTMLElement} page
   * @param {import('./screens.js').Viewer} viewer
   * @param {(path: string) => Promise<any>} ask with the moment and the place that are shown
   */
  constructor(page, viewer, ask) {
    this.viewer = viewer;
    this.ask = ask;
    this.element = h('dialog', { class: 'kpi-card', 'data-own-keys': '' });
    this.element.addEventListener('click', (event) => event.target === this.element && this.element.close());
    page.append(this.element);
    this.asked = 0;
  }

  /** @param {string} id @param {Translator} tr */
  async open(id, tr) {
    const mine = ++this.asked;
    const close = iconButton('close', tr.text('close'), () => this.element.close());
    const body = h('div', { class: 'kpi-card-body' }, h('p', { class: 'hint', role: 'status' }, tr.text('screen.loading')));
    const head = h('h2', { id: 'kpi-card-title' }, id);
    this.element.setAttribute('aria-labelledby', 'kpi-card-title');
    fill(this.element, h('div', { class: 'kpi-card-head' }, head, close), body);
    if (!this.element.open) this.element.showModal();
    try {
      /** @type {[WholeKpi, Rows | null]} */
      const [kpi, rows] = await Promise.all([this.ask(`/kpis/${encodeURIComponent(id)}`), this.ask(`/kpis/${encodeURIComponent(id)}/rows?limit=${MOST_ROWS}`).catch((fault) => ({ fault }))]);
      if (mine !== this.asked) return;
      head.textContent = tr.title(kpi.title);
      fill(body, ...this.facts(kpi, tr), this.rows(rows, tr));
    } catch (fault) {
      if (mine === this.asked) fill(body, h('p', { class: 'error', role: 'alert' }, words(fault, tr)));
    }
  }

  /** @param {WholeKpi} kpi @param {Translator} tr */
  facts(kpi, tr) {
    const line = underline(kpi, tr).text;
    const number = (/** @type {number | null | undefined} */ value) => (value === null || value === undefined ? '' : tr.number(value, kpi.decimals + 2));
    const share = kpi.numerator !== null && kpi.numerator !== undefined && kpi.denominator !== null && kpi.denominator !== undefined ? `${number(kpi.numerator)} ÷ ${number(kpi.denominator)}` : '';
    /** @type {[string, string][]} */
    const facts = [
      ['formula', tr.title(kpi.formula)],
      ['owner', tr.title(kpi.owner)],
      ['target', kpi.target === null || kpi.target === undefined ? '' : `${tr.text(`screen.direction.${kpi.direction}`)} ${tr.fixed(kpi.target, kpi.decimals)} ${tr.unit(kpi.unit)}`.trim()],
      ['share', share],
      ['samples', number(kpi.samples)],
      ['trueAt', kpi.true_at ? tr.moment(kpi.true_at) : ''],
      ['fresh', kpi.fresh_s ? tr.text('screen.minutes', { count: tr.number(kpi.fresh_s / 60, 1) }) : ''],
      ['source', kpi.source ?? ''],
    ];
    return [
      h('p', { class: 'kpi-card-value', 'data-state': kpi.state }, `${valueText(kpi, tr)} ${tr.unit(kpi.unit)}`, line ? h('span', { class: 'kpi-card-line' }, line) : null),
      kpi.unverified ? h('p', { class: 'kpi-card-note', role: 'note' }, tr.text('screen.unverifiedLong')) : null,
      h('dl', {}, ...facts.filter(([, value]) => value).flatMap(([name, value]) => [h('dt', {}, tr.text(`screen.kpi.${name}`)), h('dd', {}, value)])),
      kpi.sql ? h('details', {}, h('summary', {}, tr.text('screen.kpi.sql')), h('pre', { tabindex: '0' }, kpi.sql.trim())) : null,
    ];
  }

  /** @param {any} found rows, or why there are none @param {Translator} tr */
  rows(found, tr) {
    if (found.fault) return h('p', { class: 'error', role: 'alert' }, words(found.fault, tr));
    const { columns, rows, more } = /** @type {Rows} */ (found);
    if (!rows.length) return h('p', { class: 'hint' }, tr.text('screen.kpi.noRows'));
    const shown = columns.filter((one) => one !== PLACE);
    const table = h('table', {});
    const said = h('span', { role: 'status' });
    let page = 0;
    const pages = Math.ceil(rows.length / PAGE_ROWS);
    const turn = (/** @type {number} */ to) => {
      page = Math.min(pages - 1, Math.max(0, to));
      const some = rows.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS);
      fill(
        table,
        h('thead', {}, h('tr', {}, ...shown.map((one) => h('th', { scope: 'col' }, one)), columns.includes(PLACE) ? h('th', { scope: 'col' }, h('span', { class: 'unseen' }, tr.text('screen.kpi.show'))) : null)),
        h('tbody', {}, ...some.map((row) => h('tr', {}, ...shown.map((one) => h('td', { 'data-number': typeof row[one] === 'number' }, cell(row[one], tr))), columns.includes(PLACE) ? h('td', {}, this.way(row[PLACE], tr)) : null))),
      );
      said.textContent = tr.text('screen.kpi.page', { from: page * PAGE_ROWS + 1, to: page * PAGE_ROWS + some.length, of: `${tr.number(rows.length, 0)}${more ? '+' : ''}` });
      back.disabled = page === 0;
      on.disabled = page === pages - 1;
    };
    const back = iconButton('chevron', tr.text('screen.kpi.back'), () => turn(page - 1), { class: 'turn-back' });
    const on = iconButton('chevron', tr.text('screen.kpi.on'), () => turn(page + 1));
    turn(0);
    return h('section', { class: 'kpi-card-rows', 'aria-label': tr.text('screen.kpi.rows') }, h('h3', {}, tr.text('screen.kpi.rows')), h('div', { class: 'kpi-card-table' }, table), h('div', { class: 'kpi-card-turn' }, said, back, on));
  }

  /** @param {unknown} featureId @param {Translator} tr */
  way(featureId, tr) {
    if (typeof featureId !== 'string' || !featureId) return null;
    return iconButton('fly', tr.text('screen.kpi.show'), () => {
      this.element.close();
      void this.viewer.context?.actions.chooseById(featureId).catch((fault) => this.viewer.context?.actions.say(words(fault, tr), 'error'));
    }, { class: 'small' });
  }

  remove() {
    this.element.remove();
  }
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** @param {unknown} value @param {Translator} tr */
function cell(value, tr) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return tr.number(value, 3);
  if (typeof value === 'boolean') return tr.text(value ? 'screen.yes' : 'screen.no');
  if (typeof value === 'string' && ISO.test(value)) return tr.moment(value);
  return plainText(typeof value === 'string' ? value : JSON.stringify(value), 200);
}

/** @param {any} fault @param {Translator} tr */
export const words = (fault, tr) => (fault?.text ? tr.title(fault.text) : tr.text('screen.broken'));
