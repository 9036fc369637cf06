/** The chunk of what a pipe's card computes: which valves a burst takes and who is without supply, where it flows. */
import { fill, h, icon } from '../ui/dom.js';
import { asApiError } from '../ui/actions.js';
import en from './i18n/en.json';
import { isolationOf } from './isolation.js';
import { clear } from './painting.js';
import { traceOf } from './trace.js';
import zh from './i18n/zh.json';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/api.js').Feature} Feature */

/** Where gravity leads: there is nothing to shut there. */
const DRAINS = 'PS';

/**
 * Buttons, and below them the answer of the one that was pressed.
 * @param {Context} context
 * @param {Feature} feature
 * @returns {HTMLElement}
 */
export function pipeAnalysis(context, feature) {
  const { tr } = context;
  /** @type {typeof import('../ui/i18n.js').Translator} */ (tr.constructor).learn({ zh, en });
  const answer = h('div', { class: 'pipes-answer', 'aria-live': 'polite' });
  let asked = 0;
  /** @param {(show: (element: HTMLElement) => void) => Promise<void>} question */
  const ask = async (question) => {
    const mine = (asked += 1);
    fill(answer, h('p', { class: 'empty' }, tr.text('pipes.waiting')));
    try {
      await question((element) => mine === asked && fill(answer, element, clearing()));
    } catch (fault) {
      if (mine === asked) fill(answer, h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(asApiError(fault).text)));
    }
  };
  const clearing = () =>
    h('button', { type: 'button', class: 'link-button', onclick: () => (clear(context), fill(answer)) }, tr.text('pipes.clear'));
  /** @param {string} text @param {(show: (element: HTMLElement) => void) => Promise<void>} question */
  const button = (text, question) => h('button', { type: 'button', class: 'button', 'data-act': text, onclick: () => void ask(question) }, tr.text(text));
  const trace = (/** @type {'upstream' | 'downstream'} */ direction) => button(`pipes.${direction}`, (show) => traceOf(context, feature, direction, show));
  const isolate = button('pipes.isolate', (show) => isolationOf(context, feature, [], show, ask));
  return h(
    'div',
    { class: 'pipes' },
    h('div', { class: 'button-row' }, feature.pipe_class === DRAINS ? null : isolate, trace('upstream'), trace('downstream')),
    answer,
  );
}
