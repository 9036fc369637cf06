/**
 * The duty desk: tables along the bottom, one a tab, and at the right the card of what is open. Fetched after the viewer
 * (`src/ui/desk.js`), with texts of its own. A new tab is a line in `TABS`, a folder beside this file and its texts.
 */
import { alarmsTab } from './alarms/tab.js';
import en from './i18n/en.json';
import zh from './i18n/zh.json';
import { deskFrame } from './frame.js';
import { listenToKeys } from './keys.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/desk.js').Places} Places */
/**
 * What a tab shows. Made anew when the desk is (a change of language); what must outlive that is in the store.
 * @typedef {object} TabView
 * @property {HTMLElement} element its table, in the dock
 * @property {HTMLElement} side its card, in the column at the right; hidden while nothing is open
 * @property {(event: KeyboardEvent, within: boolean) => boolean} key a key that nobody typed into a field; `within`: the
 *   desk has the focus. Says whether it meant something
 * @property {() => void} focus the tab was opened
 * @property {() => void} dispose
 */
/**
 * `opens`: the key that opens it from everywhere, a letter no tool has. `count`: what stands beside its title.
 * @typedef {object} Tab
 * @property {string} id
 * @property {string} title key of its text
 * @property {string} opens
 * @property {(context: Context) => TabView} make
 */

/** In their order on the desk. @type {Tab[]} */
export const TABS = [{ id: 'alarms', title: 'alarms.title', opens: 'a', make: alarmsTab }];

/**
 * @param {Context} context
 * @param {Places} places
 * @returns {() => void} dispose
 */
export function mountDesk(context, places) {
  /** @type {typeof import('../ui/i18n.js').Translator} */ (context.tr.constructor).learn({ zh, en });
  const views = new Map(TABS.map((tab) => [tab.id, tab.make(context)]));
  const stops = [deskFrame(context, places, TABS, views), listenToKeys(context, places, TABS, views)];
  return () => {
    for (const stop of stops) stop();
    for (const view of views.values()) view.dispose();
  };
}
