/** The tab of the alarms: table, card, forms, sound and keys joined. */
import { fill, h } from '../../ui/dom.js';
import { exportLinks } from '../../ui/export_links.js';
import { keyOf } from '../../live/alarms.js';
import { campusClock } from '../../live/clock.js';
import { bell } from '../sound/bell.js';
import { actorsSheet } from './actors.js';
import { Acts, APPLIES } from './acts.js';
import { alarmBar } from './bar.js';
import { alarmCard } from './card.js';
import { actForm } from './forms.js';
import { alarmKeys } from './keys.js';
import { outcomeLine } from './outcome.js';
import { Rows } from './rows.js';
import { alarmTable } from './table.js';

/** @typedef {import('../../ui/context.js').Context} Context */
/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {import('./acts.js').ActName} ActName */
/** @typedef {import('./forms.js').Person} Person */

const AGE_MS = 5000;
/** What must outlive a change of language. @type {WeakMap<object, {rows: Rows, staff: Person[]}>} */
const KEPT = new WeakMap();

/** @param {Context} context @returns {import('../index.js').TabView} */
export function alarmsTab(context) {
  const { store, tr } = context;
  const kept = KEPT.get(store) ?? { rows: new Rows(), staff: [] };
  KEPT.set(store, kept);
  const { rows } = kept;
  const clock = campusClock(store);
  /** @type {ReadonlyMap<string, string>} */
  let names = new Map();
  const words = () => ({ tr, now: clock.shown(), names });
  const outcome = outcomeLine(context);
  const acts = new Acts(context, outcome.say);
  const form = h('div', { class: 'desk-form-place', hidden: true });
  const leave = () => {
    form.hidden = true;
    fill(form);
    table.focus();
  };
  /** The alarm whose card is read, wherever the cursor is; else what is selected, or the row under the cursor. */
  const meant = () => card.meant() ?? rows.meant();
  let formFocus = () => {};
  /** @param {ActName} name @param {Alarm[]} alarms @param {import('./acts.js').Said} [said] */
  const run = async (name, alarms, said) => {
    const done = await acts.run(name, alarms, said);
    card.acted();
    return done;
  };
  /** @param {ActName} name @param {Alarm[]} [alarms] */
  const act = (name, alarms = meant()) => {
    const undone = name === 'shelve' && alarms.length > 0 && alarms.every((one) => one.shelved) ? 'unshelve' : name;
    if (!alarms.length) return;
    if (undone === 'acknowledge' || undone === 'unshelve' || !acts.allowed || !alarms.some(APPLIES[undone])) {
      void run(undone, alarms).then((done) => done && deselect(alarms));
      return;
    }
    const made = actForm(context, undone, alarms, { now: clock.now(), staff: kept.staff, leave, send: (said) => run(undone, alarms, said) });
    fill(form, made.element);
    form.hidden = false;
    formFocus = made.focus;
    formFocus();
  };
  /** What is half written is not thrown away by a key. @param {ActName} name */
  const actByKey = (name) => (form.hidden ? act(name) : formFocus());
  const deselect = (/** @type {Alarm[]} */ alarms) => {
    for (const one of alarms) rows.selected.delete(keyOf(one));
    show();
  };
  const open = (/** @type {string} */ key) => {
    const alarm = rows.shown.get(key);
    if (!alarm) return;
    store.set({ deskOpen: `alarm:${alarm.alarm_id}` });
    void fly(context, alarm);
  };
  const show = () => {
    table.show(words());
    bar.show();
  };
  const desk = { act, meant, words, changed: show, open, allowed: () => acts.allowed, fly: (/** @type {Alarm} */ alarm) => void fly(context, alarm), leave: () => closeCard(context, table) };
  const table = alarmTable(context, rows, desk);
  const bar = alarmBar(context, rows, desk);
  const card = alarmCard(context, desk);
  const ring = bell(context);
  const actors = actorsSheet(context, clock.now);
  const flood = h('span', { class: 'flood', role: 'status' });
  const head = h('div', { class: 'desk-head-row' }, flood, ring.element, h('button', { type: 'button', class: 'text-button', onclick: actors.open }, tr.text('actors.open')), exportLinks(context, 'alarms'));
  const element = h('div', { class: 'desk-alarms' }, bar.element, table.element, form, outcome.element, actors.element);
  const take = () => {
    rows.take(store.state.alarms, table.isHeld());
    if (store.state.desk === 'alarms') show();
  };
  const side = h('div', { class: 'desk-side' }, card.element);
  // on a screen there is no table: what is asked about an alarm, and what came of it, stand with its card
  const placed = (/** @type {import('../../ui/store.js').State} */ { mode }) => (mode === 'screen' ? side.append(form, outcome.element) : actors.element.before(form, outcome.element));
  const stops = [
    store.watch(['mode'], placed),
    store.watch(['alarms', 'desk', 'deskOpen', 'me'], take),
    store.watch(['flood'], (state) => {
      flood.hidden = !state.flood?.flooding;
      flood.textContent = state.flood ? tr.text('desk.flood', { count: state.flood.count, minutes: Math.round(state.flood.window_s / 60), limit: state.flood.limit }) : '';
    }),
    clock.stop,
    card.dispose,
    ring.dispose,
    outcome.dispose,
  ];
  const timer = window.setInterval(take, AGE_MS);
  const learnStaff = async () => {
    kept.staff = await context.api.get('/staff').catch(() => kept.staff);
    names = new Map(kept.staff.map((one) => [one.name, one.display_name || one.name]));
    take();
    card.draw();
  };
  if (acts.allowed) void learnStaff();
  return {
    element,
    head,
    side,
    key: alarmKeys({ context, rows, table, ring, outcome, act: actByKey, open, changed: show }),
    focus: () => {
      take();
      table.focus();
    },
    dispose: () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    },
  };
}

/** Where it is, in the model. @param {Context} context @param {Alarm} alarm */
async function fly({ api, actions, engine, tr }, { idx, scene }) {
  if (idx === null) {
    if (scene) return engine.flyTo({ position: scene });
    return actions.say(tr.text('card.noPlace'));
  }
  try {
    actions.choose(await api.featureByIdx(idx));
  } catch (fault) {
    actions.say(tr.title(/** @type {any} */ (fault).text) || String(fault), 'error');
  }
  return undefined;
}

/** @param {Context} context @param {{focus: () => void}} table */
function closeCard({ store, actions }, table) {
  store.set({ deskOpen: null });
  actions.closeCard();
  if (store.state.desk === 'alarms') table.focus();
}
