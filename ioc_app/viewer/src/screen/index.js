/**
 * One-map screens around the one viewer: head, tabs, ticker, map, and where everything stands. A chunk of its own, fetched by
 * `src/component.js` with the first screen that is shown; the sides are Dash's (`ioc_app/screens`), the time bar is a place here.
 */
import eventsEn from '../live/i18n/en.json';
import eventsZh from '../live/i18n/zh.json';
import reportsEn from '../reports/i18n/en.json';
import reportsZh from '../reports/i18n/zh.json';
import en from './i18n/en.json';
import zh from './i18n/zh.json';
import { Screens } from './screens.js';

/** @typedef {import('./screens.js').Shown} Shown */

/**
 * @param {import('./screens.js').Viewer} viewer
 * @param {(state: Shown) => void} tell Dash
 * @returns {Screens}
 */
export function mountScreens(viewer, tell) {
  /** @type {typeof import('../ui/i18n.js').Translator} */ (viewer.context?.tr.constructor).learn({ zh: { ...zh, ...eventsZh, ...reportsZh }, en: { ...en, ...eventsEn, ...reportsEn } });
  return new Screens(viewer, tell);
}
