/** Where a leader finds the duty reports: yesterday, last week, last month, any date, and those that were kept. Of the head of screens and of the shift. */
import { fill, h, icon } from '../ui/dom.js';
import { plainText } from '../engine/text.js';

/** @typedef {import('../ui/i18n.js').Translator} Translator */
/** @typedef {{report_id: string, period: string, first: string, made_at: string, made_by: string, open: boolean, url: string}} Kept */

const PERIODS = /** @type {const} */ (['day', 'week', 'month']);
const LAST = { day: 'reports.lastDay', week: 'reports.lastWeek', month: 'reports.lastMonth' };
const SHOWN = 6;

/** Where a report is. @param {string} url of the API @param {string} period @param {string} language @param {string} [of] a day of it @returns {string} */
export function reportAddress(url, period, language, of = '') {
  return `${url}/reports/${period}?${new URLSearchParams({ language, ...(of ? { of } : {}) })}`;
}

/**
 * @param {{api: import('../ui/api.js').Api, tr: Translator, mayKeep: boolean, class?: string}} surroundings
 * @returns {HTMLDetailsElement}
 */
export function reportMenu({ api, tr, mayKeep, class: named = 'head-menu' }) {
  const said = h('p', { class: 'hint', role: 'status' });
  const kept = h('ul', { class: 'report-kept' });
  const link = (/** @type {string} */ words, /** @type {string} */ period, of = '') => h('a', { class: 'link-button', target: '_blank', rel: 'noopener', title: tr.text('reports.read'), href: reportAddress(api.url, period, tr.language, of) }, words);

  const faultWords = (/** @type {unknown} */ fault) => tr.title(/** @type {any} */ (fault).text) || String(fault);
  const keep = async (/** @type {HTMLButtonElement} */ button, /** @type {string} */ period) => {
    button.disabled = true;
    said.textContent = tr.text('reports.keeping');
    try {
      await api.post(reportAddress('', period, tr.language), {});
      said.textContent = tr.text('reports.kept');
    } catch (fault) {
      said.textContent = faultWords(fault);
    }
    button.disabled = false;
    void list();
  };
  const row = (/** @type {typeof PERIODS[number]} */ period) => {
    const button = h('button', { type: 'button', class: 'link-button', title: tr.text('reports.keepHint'), onclick: () => void keep(button, period) }, tr.text('reports.keep'));
    return h('div', { class: 'report-row' }, link(tr.text(LAST[period]), period), mayKeep && button);
  };
  const ofDate = h('div', { class: 'report-row' });
  const date = h('input', { type: 'date', 'aria-label': tr.text('reports.pick') });
  date.addEventListener('change', () => fill(ofDate, ...(date.value ? PERIODS.map((period) => link(tr.text(`reports.${period}`), period, date.value)) : [])));

  const list = async () => {
    try {
      const found = /** @type {Kept[]} */ ((await api.get('/reports')).reports).slice(0, SHOWN);
      const line = (/** @type {Kept} */ one) => {
        const words = `${one.first} ${tr.text(`reports.${one.period}`)} · ${plainText(one.made_by, 20)}`;
        return h('li', {}, one.open ? h('a', { class: 'link-button', target: '_blank', rel: 'noopener', href: `${api.url}/reports/kept/${encodeURIComponent(one.report_id)}` }, words) : h('span', { class: 'hint', title: tr.text('reports.names') }, words));
      };
      fill(kept, ...(found.length ? found.map(line) : [h('li', { class: 'hint' }, tr.text('reports.noKept'))]));
    } catch (fault) {
      said.textContent = faultWords(fault);
    }
  };
  const title = tr.text('reports.title');
  const menu = h(
    'details',
    { class: `${named} report-menu` },
    h('summary', { title, 'aria-label': title }, icon('print'), h('span', { class: 'report-word' }, title)),
    h('div', { class: 'head-menu-body', 'data-own-keys': '' }, ...PERIODS.map(row), h('label', { class: 'field' }, h('span', {}, tr.text('reports.pick')), date), ofDate, h('strong', {}, tr.text('reports.kept')), kept, said),
  );
  menu.addEventListener('toggle', () => menu.open && void list());
  menu.addEventListener('focusout', ({ relatedTarget }) => relatedTarget instanceof Node && !menu.contains(relatedTarget) && menu.removeAttribute('open'));
  menu.addEventListener('keydown', ({ key }) => key === 'Escape' && menu.removeAttribute('open'));
  return menu;
}
