/**
 * The duty desk: tables along the bottom, one a tab, and at the right the card of what is open. Fetched after the viewer
 * (`src/ui/desk.js`), with texts of its own. A new tab is a line in `TABS`, a folder beside this file and its texts.
 */
import { aboutSelected } from './about.js';
import { alarmsTab } from './alarms/tab.js';
import { announcer } from './announce.js';
import eventsEn from '../live/i18n/en.json';
import eventsZh from '../live/i18n/zh.json';
import reportsEn from '../reports/i18n/en.json';
import reportsZh from '../reports/i18n/zh.json';
import en from './i18n/en.json';
import zh from './i18n/zh.json';
import { eventCard } from './events/card.js';
import { feedsPage } from './feeds.js';
import { deskFrame } from './frame.js';
import { DESK_HELP } from './help.js';
import { handoverTab } from './handover/tab.js';
import incidentsEn from './incidents/i18n/en.json';
import incidentsZh from './incidents/i18n/zh.json';
import { incidentsTab } from './incidents/tab.js';
import { listenToKeys } from './keys.js';
import sightEn from '../sight/i18n/en.json';
import sightZh from '../sight/i18n/zh.json';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/desk.js').Places} Places */
/**
 * What a tab shows. Made anew when the desk is (a change of language); what must outlive that is in the store.
 * @typedef {object} TabView
 * @property {HTMLElement} element its table, in the dock
 * @property {HTMLElement} head what stands beside the titles of the tabs while it is open
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
export const TABS = [
  { id: 'alarms', title: 'alarms.title', opens: 'a', make: alarmsTab },
  { id: 'incidents', title: 'incidents.title', opens: 'i', make: incidentsTab },
  { id: 'handover', title: 'handover.title', opens: 'd', make: handoverTab },
];

/**
 * @param {Context} context
 * @param {Places} places
 * @returns {() => void} dispose
 */
export function mountDesk(context, places) {
  /** @type {typeof import('../ui/i18n.js').Translator} */ (context.tr.constructor).learn({ zh: { ...zh, ...eventsZh, ...incidentsZh, ...reportsZh, ...sightZh }, en: { ...en, ...eventsEn, ...incidentsEn, ...reportsEn, ...sightEn } });
  context.help.push(...DESK_HELP);
  const views = new Map(TABS.map((tab) => [tab.id, tab.make(context)]));
  const besides = [announcer(context), eventCard(context), feedsPage(context)];
  const stops = [deskFrame(context, places, TABS, views), listenToKeys(context, places, TABS, views), aboutSelected(context, places.about)];
  places.side.append(...besides.map(({ element }) => element));
  return () => {
    for (const stop of stops) stop();
    for (const one of besides) one.dispose?.();
    for (const view of views.values()) view.dispose();
  };
}
