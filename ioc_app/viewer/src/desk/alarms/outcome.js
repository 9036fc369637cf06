/** What an act has done, in one line that goes by itself; and the way back, where there is one. */
import { fill, h, iconButton } from '../../ui/dom.js';

/** @typedef {import('./acts.js').Outcome} Outcome */

const SHOWN_MS = 12_000;
const FAULT_MS = 30_000;

/** @param {import('../../ui/context.js').Context} context */
export function outcomeLine({ tr }) {
  const element = h('div', { class: 'desk-outcome', role: 'status', 'aria-live': 'polite' });
  /** @type {Outcome | null} */
  let now = null;
  let timer = 0;
  /** @param {Outcome | null} outcome */
  const say = (outcome) => {
    clearTimeout(timer);
    now = outcome;
    element.dataset.kind = outcome?.kind ?? '';
    fill(
      element,
      outcome && h('span', {}, outcome.text),
      outcome?.again && h('button', { type: 'button', class: 'button', onclick: undo }, tr.text('act.undo'), h('kbd', {}, 'U')),
      outcome && iconButton('close', tr.text('close'), () => say(null), { class: 'small' }),
    );
    if (outcome) timer = window.setTimeout(() => say(null), outcome.kind === 'error' ? FAULT_MS : SHOWN_MS);
  };
  /** @returns {boolean} whether there was something to undo */
  const undo = () => {
    const again = now?.again;
    if (!again) return false;
    say(null);
    again();
    return true;
  };
  return { element, say, undo, dispose: () => clearTimeout(timer) };
}
