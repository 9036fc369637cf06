/**
 * The quality inspection on the model: findings by rule, marks where they are, one open with its evidence. A chunk of its own, fetched
 * when somebody opens the tool. The server inspects (`ioc_app/api/findings.py`) as `twin check` does.
 */
import { fill, h, icon } from '../ui/dom.js';
import { asApiError } from '../ui/actions.js';
import { findingCard } from './card.js';
import en from './i18n/en.json';
import { List } from './list.js';
import { Overlay } from './overlay.js';
import { queryOf } from './shapes.js';
import { Uncovered } from '../ui/uncovered.js';
import zh from './i18n/zh.json';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./shapes.js').Finding} Finding */

const MOST_MARKS = 3000;

/** @param {Context} context @returns {import('../ui/context.js').Panel} */
export function findingsPanel(context) {
  const { tr, api, engine, actions } = context;
  /** @type {typeof import('../ui/i18n.js').Translator} */ (tr.constructor).learn({ zh, en });
  const overlay = new Overlay(engine, (finding) => void open(finding));
  const card = h('div', { class: 'finding-place', 'aria-live': 'polite' });
  const list = new List(context, { chosen: (chosen) => void mark(chosen), open: (finding) => void open(finding) });
  const uncovered = new Uncovered(context);
  /** @type {HTMLElement | null} */
  let came = null;
  let asked = 0;
  let opened = 0;

  /** @param {import('./shapes.js').Chosen} chosen */
  const mark = async (chosen) => {
    const mine = (asked += 1);
    /** @type {import('./shapes.js').Marks | null} */
    const marks = await api.get(`/findings/marks?${queryOf(chosen, { limit: MOST_MARKS })}`).catch(() => null); // the list says what is wrong
    if (mine !== asked || !marks) return;
    overlay.show(marks);
    list.tellMarks(marks);
  };
  /** @param {Finding} one */
  const fly = (one) => {
    if (!one.position) return;
    uncovered.show(one.layer);
    actions.flyTo(one);
  };
  const back = () => {
    opened += 1;
    overlay.point(null);
    fill(card);
    list.element.hidden = false;
    (came?.isConnected ? came : list.head.parentElement?.querySelector('button'))?.focus();
  };
  /** @param {number} finding */
  const open = async (finding) => {
    const mine = (opened += 1);
    if (list.element.contains(document.activeElement)) came = /** @type {HTMLElement} */ (document.activeElement);
    try {
      /** @type {Finding} */
      const one = await api.get(`/findings/${finding}?lang=${tr.language}`);
      if (mine !== opened) return;
      overlay.point(one);
      fill(card, findingCard(context, one, { back, fly: () => fly(one) }));
      list.element.hidden = true;
      card.querySelector('h3')?.focus();
      fly(one);
    } catch (fault) {
      if (mine === opened) fill(card, h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(asApiError(fault).text)));
    }
  };
  const dispose = () => {
    asked += 1;
    opened += 1;
    overlay.dispose();
    uncovered.restore();
  };
  void list.draw();
  void mark(list.chosen);
  return { element: h('div', { class: 'findings' }, card, list.element), dispose };
}
