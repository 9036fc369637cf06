/** The feeds page: each way in, up or down, how fast, how late, what was refused; room on the disk; age of the generation. */
import { fill, h, iconButton } from '../ui/dom.js';
import { exportLinks } from '../ui/export_links.js';
import { plainText } from '../engine/text.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/context.js').Panel} Panel */
/** @typedef {import('../ui/api.js').Health} Health */
/** @typedef {import('../ui/api.js').DeadLetter} DeadLetter */

const REFRESH_MS = 5000;
const LETTERS = 20;
/** What is wrong in a file is told whole: which one, where, what to do. */
const WRONG_SIGNS = 2000;
const FAULT_SIGNS = 200;

/** @param {Context} context @returns {Panel} */
export function feedsPage(context) {
  const { store, tr, api } = context;
  const body = h('div', { class: 'sheet-body' });
  const close = () => store.set({ feedsOpen: false });
  const element = h(
    'dialog',
    // its keys are its own: Escape closes it and nothing below
    { class: 'sheet', 'aria-label': tr.text('feeds.title'), onclose: close, onkeydown: (/** @type {Event} */ event) => event.stopPropagation() },
    h('div', { class: 'card-head' }, h('h2', {}, tr.text('feeds.title')), exportLinks(context, 'feeds'), iconButton('close', tr.text('close'), close)),
    body,
  );
  let timer = 0;
  const refresh = async () => {
    clearTimeout(timer);
    try {
      const letters = store.state.me?.rights.includes('feeds') ? await api.deadLetters(LETTERS) : [];
      fill(body, ...filled(context, await api.feeds(), letters));
    } catch (fault) {
      fill(body, h('p', { class: 'error', role: 'alert' }, tr.title(/** @type {any} */ (fault).text) || String(fault)));
    }
    if (store.state.feedsOpen) timer = window.setTimeout(refresh, REFRESH_MS);
  };
  const stop = store.watch(['feedsOpen'], ({ feedsOpen }) => {
    if (feedsOpen && !element.open) {
      element.showModal();
      void refresh();
    } else if (!feedsOpen && element.open) element.close();
  });
  return {
    element,
    dispose: () => {
      clearTimeout(timer);
      stop();
    },
  };
}

/** @param {Context} context @param {Health} health @param {DeadLetter[]} letters */
function filled(context, health, letters) {
  const { tr } = context;
  const number = (/** @type {number} */ value) => value.toLocaleString(tr.locale);
  const when = (/** @type {string | null} */ at) => (at ? tr.moment(at) : '–');
  const columns = ['name', 'state', 'rate', 'last', 'lag', 'accepted', 'doubled', 'refused', 'letters'];
  const rows = health.feeds.map((one) =>
    h(
      'tr',
      { 'data-state': one.state },
      h('th', { scope: 'row', title: one.feed }, plainText(tr.title(one.title))),
      h('td', {}, h('span', { class: 'badge-dot', 'aria-hidden': 'true' }), tr.text(`feeds.${one.state}`), one.fault ? h('small', {}, plainText(one.fault, FAULT_SIGNS)) : null),
      ...[tr.text('feeds.perSecond', { number: number(one.rate_per_s) }), when(one.last_at), lag(tr, one.lag_s), number(one.accepted), number(one.doubled), number(one.refused), number(one.dead_letters)].map(
        (text) => h('td', {}, text),
      ),
    ),
  );
  const facts = [
    [tr.text('feeds.disk'), `${number(Math.round(health.disk_free_bytes / 1e9))} GB${health.disk_low ? ` · ${tr.text('live.diskLow')}` : ''}`],
    [tr.text('feeds.generation'), `${health.generation} · ${when(health.generation_created_at)}`],
    [tr.text('feeds.points'), number(health.points), exportLinks(context, 'points')],
    [tr.text('feeds.letters'), number(health.dead_letters)],
    [tr.text('feeds.rules'), health.rules.ready ? tr.text('feeds.rulesInForce', { rules: number(health.rules.rules), version: health.rules.version, behind: number(health.rules.behind) }) : '–'],
  ];
  return [
    h('dl', { class: 'pairs' }, ...facts.flatMap(([name, ...said]) => [h('dt', {}, name), h('dd', {}, ...said)])),
    ...(health.rules.wrong ?? []).map((/** @type {import('../engine/types').Title} */ one) => h('p', { class: 'error', role: 'alert' }, plainText(tr.title(one), WRONG_SIGNS))),
    rows.length
      ? h('table', { class: 'feeds' }, h('thead', {}, h('tr', {}, ...columns.map((one) => h('th', { scope: 'col' }, tr.text(`feeds.${one}`))))), h('tbody', {}, ...rows))
      : h('p', { class: 'quiet' }, tr.text('feeds.none')),
    letters.length ? h('h3', {}, tr.text('feeds.latestLetters'), exportLinks(context, 'dead-letters')) : null,
    letters.length
      ? h('ul', { class: 'letters' }, ...letters.map((one) => h('li', {}, h('time', {}, tr.moment(one.at * 1000)), ` ${plainText(one.feed)} `, tr.language === 'zh' ? one.reason_zh : one.reason_en, h('code', {}, plainText(one.raw, 200)))))
      : null,
  ].filter((one) => one !== null);
}

/** @param {import('../ui/i18n.js').Translator} tr @param {number | null} seconds */
function lag(tr, seconds) {
  if (seconds === null) return '–';
  return tr.text('feeds.seconds', { number: seconds.toLocaleString(tr.locale, { maximumFractionDigits: 1 }) });
}
