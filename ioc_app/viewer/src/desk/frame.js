/** The frame around the tabs: their titles, one open at a time, and the way out. */
import { fill, h, iconButton } from '../ui/dom.js';

/** @typedef {import('./index.js').Tab} Tab */
/** @typedef {import('./index.js').TabView} TabView */

/**
 * @param {import('../ui/context.js').Context} context
 * @param {import('../ui/desk.js').Places} places
 * @param {Tab[]} tabs
 * @param {Map<string, TabView>} views
 * @returns {() => void} stop
 */
export function deskFrame({ store, tr }, { dock, side }, tabs, views) {
  const buttons = tabs.map((tab) =>
    h('button', { type: 'button', role: 'tab', id: `desk-tab-${tab.id}`, class: 'desk-tab', 'aria-controls': 'desk-body', onclick: () => store.set({ desk: tab.id, deskOpen: null }) }, tr.text(tab.title)),
  );
  const body = h('div', { class: 'desk-body', id: 'desk-body', role: 'tabpanel' });
  const close = () => store.set({ desk: null, deskOpen: null });
  dock.setAttribute('aria-label', tr.text('desk.title'));
  fill(dock, h('div', { class: 'desk-head' }, h('div', { role: 'tablist', class: 'desk-tabs', 'aria-label': tr.text('desk.title') }, ...buttons), iconButton('close', tr.text('close'), close, { class: 'small' })), body);
  fill(side, ...[...views.values()].map((view) => view.side));
  let shown = '';
  return store.watch(['desk'], ({ desk }) => {
    dock.hidden = desk === null;
    buttons.forEach((one, n) => one.setAttribute('aria-selected', String(tabs[n].id === desk)));
    const view = views.get(desk ?? '');
    if (view && desk !== shown) {
      fill(body, view.element);
      body.setAttribute('aria-labelledby', `desk-tab-${desk}`);
      view.focus();
    }
    shown = desk ?? '';
  });
}
