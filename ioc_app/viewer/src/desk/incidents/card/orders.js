/** The work orders of an incident, each with what can be done about it; and what the twin proposes to send. */
import { h } from '../../../ui/dom.js';
import { plainText } from '../../../engine/text.js';
import { clockTime } from '../../words.js';
import { orderButtons } from '../acts.js';
import { duration } from '../countdown.js';
import { historyOf } from './sections.js';

/** @typedef {import('../room.js').Room} Room */
/** @typedef {import('../shapes.js').Incident} Incident */
/** @typedef {import('../shapes.js').WorkOrder} WorkOrder */

/** @param {Room} room @param {Incident} incident @param {import('./card.js').Doing} doing @returns {HTMLElement | null} */
export function ordersOf(room, incident, doing) {
  const { work_orders, proposal } = incident;
  if (!work_orders.length && !proposal) return null;
  const buttons = orderButtons(incident);
  return h('div', { class: 'orders' }, proposal ? proposed(room, incident) : null, ...work_orders.map((one) => order(room, one, buttons.filter(({ order: of }) => of === one), doing)));
}

/** Where to send, and why there. @param {Room} room @param {Incident} incident */
function proposed({ context: { tr } }, { proposal, work_orders }) {
  if (!proposal) return null;
  const { unit_title, assignee_title, phone, what, due_in_s, auto, reason } = proposal;
  const who = [tr.title(unit_title), assignee_title, phone].filter(Boolean).map((one) => plainText(one)).join(' · ');
  return h(
    'div',
    { class: 'proposal', 'data-auto': auto },
    h('strong', {}, tr.text(auto && work_orders.length ? 'order.sentByItself' : 'order.proposed', { who })),
    h('p', {}, plainText(what, 400), ' · ', tr.text('order.within', { time: duration(tr, due_in_s) })),
    h('p', { class: 'line-aside' }, plainText(tr.title(reason), 400)),
  );
}

/** @param {Room} room @param {WorkOrder} one @param {ReturnType<typeof orderButtons>} buttons @param {import('./card.js').Doing} doing */
function order(room, one, buttons, { act }) {
  const { tr } = room.context;
  const { number, what, unit_title, assignee_title, assignee, stage, due_at, overdue, reason, result, history, order_id } = one;
  const who = [tr.title(unit_title), assignee_title ?? assignee].filter(Boolean).map((some) => plainText(some)).join(' · ');
  const waits = stage === 'issued' || stage === 'accepted';
  const left_s = due_at ? (Date.parse(due_at) - room.now()) / 1000 : 0;
  const due = due_at && waits ? tr.text(overdue || left_s < 0 ? 'order.overdue' : 'order.due', { time: clockTime(tr, due_at, room.now()), left: duration(tr, Math.abs(left_s)) }) : '';
  return h(
    'article',
    { class: 'order', 'data-stage': stage, 'aria-label': tr.text('order.title', { number }) },
    h('div', { class: 'order-head' }, h('strong', {}, tr.text('order.title', { number })), h('span', { class: 'order-stage' }, tr.text(`order.${stage}`)), due ? h('span', { class: 'clock-words', 'data-tone': overdue || left_s < 0 ? 'breach' : 'calm' }, due) : null),
    h('p', { class: 'event-text' }, plainText(what, 2000)),
    h('p', { class: 'line-aside' }, who),
    result ? h('p', { class: 'event-text' }, tr.text('order.result', { result: plainText(result, 2000) })) : null,
    reason ? h('p', { class: 'line-aside' }, plainText(tr.title(reason), 400)) : null,
    buttons.length ? h('div', { class: 'act-row' }, ...buttons.map(({ act: what_, key }) => h('button', { type: 'button', class: 'button', 'data-order': order_id, 'data-act': `${order_id} ${what_.act}`, 'aria-keyshortcuts': key, onclick: () => act(what_, order_id) }, tr.title(what_.title), key ? h('kbd', {}, key) : null))) : null,
    h('details', { class: 'many' }, h('summary', {}, tr.text('order.history', { count: history.length })), historyOf(room, history)),
  );
}
