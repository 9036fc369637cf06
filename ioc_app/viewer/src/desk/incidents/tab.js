/** The tab of the incidents: list, board and measures, the card, the form for what is called in, and their keys joined. */
import { fill, h } from '../../ui/dom.js';
import { exportLinks } from '../../ui/export_links.js';
import { incidentBar } from './bar.js';
import { incidentBoard } from './board.js';
import { incidentCard } from './card/card.js';
import { passes } from './filter.js';
import { incidentKeys } from './keys.js';
import { incidentList } from './list.js';
import { measuresPanel } from './measures.js';
import { columns, ordered } from './order.js';
import { reportForm } from './report/form.js';
import { Room } from './room.js';

/** @typedef {import('./room.js').View} View */

const TICK_MS = 1000;
/** @type {readonly View[]} */
const VIEWS = ['list', 'board', 'measures'];

/** @param {import('../../ui/context.js').Context} context @returns {import('../index.js').TabView} */
export function incidentsTab(context) {
  const { store, tr } = context;
  const room = new Room(context);
  const { kept } = room;
  /** @type {import('./shapes.js').Summary[]} */
  let shown = [];
  const open = (/** @type {string} */ id) => {
    kept.cursor = id;
    store.set({ deskOpen: `incident:${id}`, deskForm: null });
    draw();
  };
  const report = () => store.set({ deskForm: 'report' });
  const view = (/** @type {View} */ next) => {
    kept.view = next;
    fill(place, screens[next].element);
    draw();
    if (next === 'measures') void measures.show();
    screens[next].focus();
  };
  const list = incidentList(room, { open });
  const board = incidentBoard(room, { open });
  const measures = measuresPanel(room, { open });
  const screens = { list, board, measures };
  const bar = incidentBar(room, { changed: () => draw(), report, view });
  const leave = () => {
    store.set({ deskOpen: null });
    context.actions.closeCard();
  };
  const left = () => store.state.desk === 'incidents' && screens[kept.view].focus();
  const card = incidentCard(room, { leave, closed: left });
  const form = reportForm(room, { left, sent: (incident) => {
    context.actions.say(tr.text('report.sent', { title: tr.title(incident.title) }));
    store.set({ desk: 'incidents' });
    open(incident.incident_id);
    screens[kept.view].focus();
  } });
  const place = h('div', { class: 'incident-view' });
  const element = h('div', { class: 'desk-alarms desk-incidents' }, bar.element, place);
  const head = h('div', { class: 'desk-head-row' }, ...bar.head, ...['incidents', 'work-orders'].map((table) => h('span', { class: 'exports incident-exports' }, tr.text(`table.${table}`), exportLinks(context, table))));

  const draw = () => {
    const all = [...store.state.incidents.values()];
    const had = shown.findIndex((one) => one.incident_id === kept.cursor);
    shown = ordered(all.filter((one) => passes(one, kept.filter, room.me, room.whereOf(one.place))));
    // what was under the cursor is gone: what has taken its place
    if (!shown.some((one) => one.incident_id === kept.cursor)) kept.cursor = shown[Math.min(Math.max(had, 0), shown.length - 1)]?.incident_id ?? null;
    bar.show();
    if (kept.view === 'list') list.show(shown, all.length);
    if (kept.view === 'board') board.show(shown);
  };
  const stand = (/** @type {string | null} */ id) => {
    kept.cursor = id;
    draw();
    screens[kept.view].focus();
  };
  const ids = () => {
    if (kept.view === 'measures') return [];
    return kept.view === 'board' ? columns(shown).map(([, some]) => some.map((one) => one.incident_id)) : [shown.map((one) => one.incident_id)];
  };
  /** The measures have no filter: what is sought is in the list. */
  const find = () => {
    if (kept.view === 'measures') view('list');
    bar.focus();
  };
  const timer = window.setInterval(() => {
    if (store.state.desk === 'incidents') screens[kept.view === 'board' ? 'board' : 'list'].tick();
    card.tick();
  }, TICK_MS);
  const learn = () => void room.learn().then(() => {
    draw();
    form.show();
  });
  fill(place, screens[kept.view].element);
  const stops = [
    store.watch(['incidents', 'desk', 'deskOpen'], ({ desk }) => desk === 'incidents' && draw()),
    store.watch(['deskForm'], ({ deskForm }) => void (deskForm === 'report' && learn())),
    room.clock.stop,
    card.dispose,
    form.dispose,
  ];
  const side = h('div', { class: 'desk-side' }, card.element, form.element);
  return {
    element,
    head,
    side,
    key: incidentKeys(room, { columns: ids, stand, open, report, find, act: card.key, turn: () => view(VIEWS[(VIEWS.indexOf(kept.view) + 1) % VIEWS.length]) }),
    focus: () => {
      learn();
      draw();
      if (kept.view === 'measures') void measures.show();
      screens[kept.view].focus();
    },
    dispose: () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    },
  };
}
