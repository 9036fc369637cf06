/**
 * Snapshots: what is shown now as a file, and those that were made before. A chunk of its own, fetched when somebody opens the tool
 * of the desk or the menu of a screen. The server makes the file (`ioc_app/snapshots`); here it is asked for and waited for.
 */
import { h } from '../ui/dom.js';
import { form } from './form.js';
import en from './i18n/en.json';
import { list } from './list.js';
import { savePicture } from './picture.js';
import zh from './i18n/zh.json';

/** @typedef {import('../ui/context.js').Context} Context */

/** @param {Context} context @returns {import('../ui/context.js').Panel} */
export function snapshotPanel(context) {
  const { tr } = context;
  /** @type {typeof import('../ui/i18n.js').Translator} */ (tr.constructor).learn({ zh, en });
  const kept = list(context);
  const made = form(context, () => void kept.draw());
  const picture = h('button', { type: 'button', class: 'button', 'data-act': 'window', onclick: () => savePicture(context) }, tr.text('snapshots.window'));
  void kept.draw();
  return { element: h('div', { class: 'tool-body snapshots' }, made.element, picture, h('strong', {}, tr.text('snapshots.kept')), kept.element), dispose: made.dispose };
}
