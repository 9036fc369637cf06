/**
 * What every panel is given. Panels are functions `(context) => Panel`; a change of language makes them anew.
 *
 * @typedef {object} Context
 * @property {import('../engine/types').Engine} engine
 * @property {import('../engine/types').Scene} scene
 * @property {import('./api.js').Api} api
 * @property {import('./i18n.js').Translator} tr
 * @property {import('./store.js').Store} store
 * @property {import('./actions.js').Actions} actions
 * @property {import('./tools/help.js').HelpSection[]} help the keys of what came later, for the help tool
 *
 * @typedef {object} Panel
 * @property {HTMLElement} element
 * @property {() => void} [dispose]
 */

export {};
