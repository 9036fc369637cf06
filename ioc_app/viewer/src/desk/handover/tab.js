/** Handing the shift over (交接班): what stands open as the system sees it, what the one who goes adds, the one who comes confirms. */
import { fill, h, icon } from '../../ui/dom.js';
import { levelSign } from '../../ui/level_sign.js';
import { plainText } from '../../engine/text.js';
import { reportMenu } from '../../reports/menu.js';
import { Room } from '../incidents/room.js';
import { ordered } from '../incidents/order.js';
import { clockTime, wholeTime } from '../words.js';
import { print } from './sheet.js';

/** @typedef {import('../incidents/shapes.js').Summary} Summary */
/** @typedef {{standing: number, unacknowledged: number, shelved: number}} AlarmCounts */
/** @typedef {{handover_id: string, at: string, by: string, shift: string | null, to: string | null, remarks: string, items: {incident_id: string, title: import('../../engine/types').Title, level: string, stage: string, owner: string | null, due_at: string | null, breached: string[]}[], alarms: AlarmCounts, confirmed_at: string | null, confirmed_by: string | null, confirm_remarks: string | null, can_confirm: boolean}} Handover */
/** @typedef {{at: string, shift: {shift: string, title: import('../../engine/types').Title, from: string, to: string} | null, now: {open: Summary[], overdue: string[], suspended: string[], alarms: AlarmCounts, orders_open: number}, latest: Handover | null, waiting: Handover | null, handovers: Handover[]}} Shift */

const LONGEST_TEXT = 2000;
/** What was typed outlives a change of language. @type {WeakMap<object, {remarks: string, to: string}>} */
const KEPT = new WeakMap();

/** @param {import('../../ui/context.js').Context} context @returns {import('../index.js').TabView} */
export function handoverTab(context) {
  const { store, tr, api } = context;
  const room = new Room(context);
  const typed = KEPT.get(store) ?? { remarks: '', to: '' };
  KEPT.set(store, typed);
  const body = h('div', { class: 'handover-body' });
  const fault = h('p', { class: 'form-fault', role: 'alert' });
  const element = h('div', { class: 'handover', tabindex: '-1' }, fault, body);
  /** @type {Shift | null} */
  let shift = null;
  let asked = 0;

  const load = async () => {
    const mine = ++asked;
    try {
      const answer = await api.get('/handover');
      if (mine !== asked) return;
      shift = answer;
      fault.textContent = '';
    } catch (failed) {
      if (mine === asked) fault.textContent = room.faultWords(failed);
    }
    draw();
  };

  /** @param {Record<string, unknown>} said */
  const act = async (said) => {
    try {
      await api.post('/handover', said);
      if (said.act === 'write') Object.assign(typed, { remarks: '', to: '' });
      fault.textContent = '';
      await load();
    } catch (failed) {
      fault.textContent = room.faultWords(failed);
    }
  };

  const draw = () => {
    if (!shift) return;
    const { waiting } = shift;
    fill(body, standing(room, shift), h('section', { class: 'handover-middle' }, ...(waiting ? waitingFor(room, waiting, act) : writing(room, typed, act))), log(room, shift.handovers));
  };
  return {
    element,
    head: h('div', { class: 'desk-head-row' }, h('button', { type: 'button', class: 'text-button', onclick: () => shift && print(room, shift) }, icon('print'), tr.text('handover.print')), reportMenu({ api, tr, mayKeep: room.may('handle'), class: 'desk-menu text-button' })),
    side: h('div', { hidden: true }),
    key: () => false,
    focus: () => {
      void room.learn().then(load);
      element.focus();
    },
    dispose: room.clock.stop,
  };
}

/** What stands open, as the system sees it. @param {Room} room @param {Shift} shift */
function standing(room, { now, shift }) {
  const { tr, store } = room.context;
  const { open, overdue, suspended, alarms, orders_open } = now;
  const facts = [tr.text('handover.open', { count: open.length }), tr.text('handover.overdue', { count: overdue.length }), tr.text('handover.suspended', { count: suspended.length }), tr.text('handover.orders', { count: orders_open }), tr.text('handover.alarms', { ...alarms })];
  const line = (/** @type {Summary} */ one) =>
    h('li', {}, h('button', { type: 'button', class: 'link-button', onclick: () => store.set({ desk: 'incidents', deskOpen: `incident:${one.incident_id}` }) }, levelSign(one.level), h('span', {}, plainText(tr.title(one.title), 100))), h('span', { class: 'line-aside' }, [room.stageWords(one.stage), room.whoHas(one), overdue.includes(one.incident_id) ? tr.text('handover.late') : '', one.suspended ? tr.text('incidents.suspended') : ''].filter(Boolean).join(' · ')));
  return h('section', {}, h('h3', {}, tr.text('handover.now'), shift ? h('span', { class: 'hint' }, ` ${plainText(tr.title(shift.title))}`) : null), h('p', { class: 'handover-facts' }, facts.join(' · ')), h('ol', { class: 'lines' }, ...ordered(open).map(line)));
}

/** @param {Room} room @param {{remarks: string, to: string}} typed @param {(said: Record<string, unknown>) => Promise<void>} act */
function writing(room, typed, act) {
  const { tr } = room.context;
  if (!room.may('handle')) return [h('p', { class: 'hint' }, tr.text('handover.onlyLook'))];
  const remarks = h('textarea', { rows: 3, maxlength: String(LONGEST_TEXT), placeholder: tr.text('handover.remarksHint'), oninput: () => (typed.remarks = remarks.value) });
  remarks.value = typed.remarks;
  const to = h('select', { onchange: () => (typed.to = to.value) }, h('option', { value: '' }, tr.text('handover.anybody')), ...room.kept.staff.filter(({ name }) => name !== room.me).map((one) => h('option', { value: one.name }, one.display_name || one.name)));
  to.value = typed.to;
  const button = h('button', { type: 'submit', class: 'button primary' }, tr.text('handover.write'));
  const onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    await act({ act: 'write', remarks: remarks.value.trim(), ...(to.value ? { to: to.value } : {}) });
    button.disabled = false;
  };
  return [h('h3', {}, tr.text('handover.give')), h('form', { class: 'desk-fields', onsubmit }, h('label', { class: 'field' }, h('span', {}, tr.text('handover.remarks')), remarks), h('div', { class: 'handover-to' }, h('label', { class: 'field' }, h('span', {}, tr.text('handover.to')), to), button), h('p', { class: 'hint' }, tr.text('handover.lists')))];
}

/** @param {Room} room @param {Handover} waiting @param {(said: Record<string, unknown>) => Promise<void>} act */
function waitingFor(room, waiting, act) {
  const { tr } = room.context;
  const { handover_id, by, to, at, can_confirm } = waiting;
  const remarks = h('textarea', { rows: 2, maxlength: String(LONGEST_TEXT) });
  const said = tr.text(to ? 'handover.waitsFor' : 'handover.waits', { by: room.nameOf(by), to: to ? room.nameOf(to) : '', time: clockTime(tr, at, room.now()) });
  const confirm = () => void act({ act: 'confirm', handover_id, ...(remarks.value.trim() ? { remarks: remarks.value.trim() } : {}) });
  return [
    h('h3', {}, tr.text('handover.waiting')),
    h('p', { role: 'status' }, said),
    handed(room, waiting),
    can_confirm ? h('label', { class: 'field' }, h('span', {}, tr.text('handover.confirmRemarks')), remarks) : null,
    h('div', { class: 'button-row' }, can_confirm ? h('button', { type: 'button', class: 'button primary', onclick: confirm }, tr.text('handover.confirm')) : null, by === room.me ? h('button', { type: 'button', class: 'button', onclick: () => void act({ act: 'withdraw', handover_id }) }, tr.text('handover.withdraw')) : null),
  ].filter((one) => one !== null);
}

/** What was handed over. @param {Room} room @param {Handover} one */
export function handed(room, { remarks, items, alarms }) {
  const { tr } = room.context;
  return h(
    'div',
    { class: 'handed' },
    h('p', { class: 'event-text' }, plainText(remarks, LONGEST_TEXT) || tr.text('handover.noRemarks')),
    h('p', { class: 'line-aside' }, tr.text('handover.alarms', { ...alarms })),
    h('ol', { class: 'lines' }, ...items.map((one) => h('li', {}, h('span', { class: 'handed-item' }, levelSign(one.level), h('span', {}, plainText(tr.title(one.title), 100))), h('span', { class: 'line-aside' }, [room.levelWords(one.level), room.stageWords(one.stage), one.owner ? room.nameOf(one.owner) : '', one.due_at ? tr.text('clock.due', { time: clockTime(tr, one.due_at, room.now()) }) : '', one.breached.length ? tr.text('handover.late') : ''].filter(Boolean).join(' · '))))),
  );
}

/** @param {Room} room @param {Handover[]} handovers */
function log(room, handovers) {
  const { tr } = room.context;
  const line = (/** @type {Handover} */ one) => {
    const state = one.confirmed_at && one.confirmed_by ? tr.text('handover.confirmedBy', { name: room.nameOf(one.confirmed_by), time: clockTime(tr, one.confirmed_at, room.now()) }) : tr.text('handover.unconfirmed');
    const confirmed = one.confirm_remarks ? h('p', { class: 'event-text' }, tr.text('handover.answered', { text: plainText(one.confirm_remarks, LONGEST_TEXT) })) : null;
    return h('li', {}, h('details', { class: 'many' }, h('summary', {}, h('time', { datetime: one.at, title: wholeTime(tr, one.at) }, clockTime(tr, one.at, room.now())), ` ${room.nameOf(one.by)} · ${state}`), handed(room, one), confirmed));
  };
  return h('section', {}, h('h3', {}, tr.text('handover.log')), handovers.length ? h('ol', { class: 'lines' }, ...handovers.map(line)) : h('p', { class: 'hint' }, tr.text('handover.never')));
}
