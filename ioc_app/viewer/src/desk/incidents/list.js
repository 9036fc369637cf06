/** One incident, one line. Rows are kept by id and made anew only when their incident has changed; clocks tick in place. */
import { fill, h } from '../../ui/dom.js';
import { plainText } from '../../engine/text.js';
import { clockTime, wholeTime } from '../words.js';
import { ClockWords, levelMark, marks } from './signs.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./shapes.js').Summary} Summary */
/** @typedef {{summary: Summary, element: HTMLElement, clock: ClockWords}} Line */

/** The texts that head them are `row.<name>`. */
const COLUMNS = ['level', 'title', 'where', 'stage', 'clock', 'who', 'marks', 'since'];

/** @param {Room} room @param {{open: (id: string) => void}} tell */
export function incidentList(room, { open }) {
  const { tr, store } = room.context;
  /** @type {Map<string, Line>} */
  const lines = new Map();
  const head = h('div', { role: 'row', class: 'incident-row incident-columns' }, ...COLUMNS.map((name) => h('span', { role: 'columnheader' }, tr.text(`row.${name}`))));
  const list = h('div', { role: 'rowgroup' });
  const grid = h('div', { role: 'grid', class: 'incident-grid', 'aria-label': tr.text('incidents.title') }, head, list);
  const empty = h('p', { class: 'empty' });
  const element = h('div', { class: 'alarm-scroll incident-scroll' }, grid, empty);
  list.addEventListener('click', (event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest('.incident-row');
    if (row instanceof HTMLElement && row.dataset.id) open(row.dataset.id);
  });

  /** @param {Summary} summary @returns {Line} */
  const made = (summary) => {
    const known = lines.get(summary.incident_id);
    if (known?.summary === summary) return known;
    const clock = new ClockWords(room);
    const line = { summary, clock, element: row(room, summary, clock) };
    lines.set(summary.incident_id, line);
    return line;
  };

  /** @param {Summary[]} incidents in order @param {number} total of all that are open */
  const show = (incidents, total) => {
    const focused = list.contains(document.activeElement);
    const rows = incidents.map(made);
    rows.forEach(({ summary, element: one, clock }) => {
      const cursor = summary.incident_id === room.kept.cursor;
      one.setAttribute('tabindex', cursor ? '0' : '-1');
      one.toggleAttribute('data-cursor', cursor);
      one.toggleAttribute('data-open', store.state.deskOpen === `incident:${summary.incident_id}`);
      clock.say(summary.clock);
    });
    const shown = new Set(incidents.map((one) => one.incident_id));
    for (const id of lines.keys()) if (!shown.has(id)) lines.delete(id);
    const elements = rows.map((one) => one.element);
    if (elements.length !== list.children.length || elements.some((one, n) => one !== list.children[n])) fill(list, ...elements);
    empty.textContent = incidents.length ? '' : tr.text(total ? 'incidents.noneSuch' : 'incidents.none');
    empty.hidden = incidents.length > 0;
    if (focused && !list.contains(document.activeElement)) focus();
  };

  const tick = () => {
    for (const { clock, summary } of lines.values()) clock.say(summary.clock);
  };

  const focus = () => {
    const at = lines.get(room.kept.cursor ?? '')?.element;
    if (!at?.isConnected) {
      grid.setAttribute('tabindex', '-1');
      return grid.focus();
    }
    at.focus({ preventScroll: true });
    return at.scrollIntoView({ block: 'nearest' });
  };
  return { element, show, tick, focus };
}

/** @param {Room} room @param {Summary} one @param {ClockWords} clock */
function row(room, one, clock) {
  const { tr } = room.context;
  const cell = (/** @type {string} */ name, /** @type {import('../../ui/dom.js').Child[]} */ ...children) => h('span', { role: 'gridcell', class: `incident-cell incident-${name}` }, ...children);
  const kind = plainText(tr.title(one.kind_title));
  const where = room.whereOf(one.place);
  const titled = plainText(tr.title(one.title), 120);
  const who = room.whoHas(one);
  return h(
    'div',
    { role: 'row', class: 'incident-row', 'data-id': one.incident_id, 'data-level': one.level, 'data-stage': one.stage, tabindex: '-1' },
    cell('sign', levelMark(room, one.level)),
    cell('title', h('strong', { title: titled }, titled), kind === titled ? null : h('span', { class: 'incident-kind' }, kind)),
    cell('where', h('span', { title: where }, where || '–')),
    cell('stage', room.stageWords(one.stage)),
    cell('clock', clock.element),
    cell('who', h('span', { title: who }, who || tr.text('incidents.nobody'))),
    cell('marks', ...marks(room, one)),
    cell('since', h('time', { datetime: one.opened_at, title: wholeTime(tr, one.opened_at) }, clockTime(tr, one.opened_at, room.now()))),
  );
}
