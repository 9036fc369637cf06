/** The board: a column a stage, a card an incident. What is done about one is done by its acts, not by dragging. */
import { fill, h } from '../../ui/dom.js';
import { levelSign } from '../../ui/level_sign.js';
import { plainText } from '../../engine/text.js';
import { columns } from './order.js';
import { ClockWords, marks } from './signs.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./shapes.js').Summary} Summary */

/** @param {Room} room @param {{open: (id: string) => void}} tell */
export function incidentBoard(room, { open }) {
  const { tr, store } = room.context;
  /** @type {Map<string, {summary: Summary, element: HTMLElement, clock: ClockWords}>} */
  const cards = new Map();
  const element = h('div', { class: 'board', role: 'group', 'aria-label': tr.text('incidents.board') });

  /** @param {Summary} summary */
  const made = (summary) => {
    const known = cards.get(summary.incident_id);
    if (known?.summary === summary) return known;
    const clock = new ClockWords(room);
    const one = { summary, clock, element: card(room, summary, clock, () => open(summary.incident_id)) };
    cards.set(summary.incident_id, one);
    return one;
  };

  /** @param {Summary[]} incidents in order */
  const show = (incidents) => {
    const focused = element.contains(document.activeElement);
    const [left, top] = [element.scrollLeft, element.scrollTop];
    const shown = new Set(incidents.map((one) => one.incident_id));
    for (const id of cards.keys()) if (!shown.has(id)) cards.delete(id);
    fill(element, ...columns(incidents).map(([stage, some]) => column(room, stage, some.map(made).map((one) => one.element))));
    for (const { summary, element: one, clock } of cards.values()) {
      const cursor = summary.incident_id === room.kept.cursor;
      one.setAttribute('tabindex', cursor ? '0' : '-1');
      one.toggleAttribute('data-open', store.state.deskOpen === `incident:${summary.incident_id}`);
      clock.say(summary.clock);
    }
    Object.assign(element, { scrollLeft: left, scrollTop: top });
    if (focused) focus();
  };

  const tick = () => {
    for (const { clock, summary } of cards.values()) clock.say(summary.clock);
  };

  const focus = () => {
    const at = cards.get(room.kept.cursor ?? '')?.element;
    if (!at?.isConnected) {
      element.setAttribute('tabindex', '-1');
      return element.focus();
    }
    at.focus({ preventScroll: true });
    return at.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  return { element, show, tick, focus };
}

/** @param {Room} room @param {string} stage @param {HTMLElement[]} cards */
function column(room, stage, cards) {
  const name = room.stageWords(stage);
  return h(
    'section',
    { class: 'board-column', 'data-stage': stage, 'aria-label': room.context.tr.text('incidents.column', { stage: name, count: cards.length }) },
    h('h3', {}, name, h('span', { class: 'count' }, String(cards.length))),
    h('div', { class: 'board-cards' }, ...cards),
  );
}

/** @param {Room} room @param {Summary} one @param {ClockWords} clock @param {() => void} open */
function card(room, one, clock, open) {
  const { tr } = room.context;
  return h(
    'button',
    { type: 'button', class: 'board-card', 'data-id': one.incident_id, 'data-level': one.level, onclick: open },
    h('span', { class: 'board-title' }, levelSign(one.level), h('span', { class: 'unseen' }, room.levelWords(one.level)), h('strong', {}, plainText(tr.title(one.title), 80))),
    h('span', { class: 'board-where' }, room.whereOf(one.place)),
    clock.element,
    h('span', { class: 'board-who' }, room.whoHas(one) || tr.text('incidents.nobody')),
    h('span', { class: 'board-marks' }, ...marks(room, one)),
  );
}
