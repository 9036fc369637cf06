/**
 * Sections and digs: what lies under a line, along pipes or in a pit that is drawn on the model. A chunk of its own, fetched when
 * somebody opens the tool. The server answers (`ioc_app/api/underground.py`) with what a notebook's calls answer.
 */
import { asApiError } from '../ui/actions.js';
import { answerOf } from './answers.js';
import { AskForm } from './form.js';
import en from './i18n/en.json';
import { OnModel } from './on_model.js';
import { Sheet } from './sheet.js';
import zh from './i18n/zh.json';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {'cross' | 'long' | 'dig'} Kind */

const PATHS = /** @type {const} */ ({ cross: '/sections/cross', long: '/sections/long', dig: '/digs' });

export { possiblePositions } from './possible.js';

/** @param {Context} context @returns {import('../ui/context.js').Panel} */
export function undergroundPanel(context) {
  const { tr, api } = context;
  /** @type {typeof import('../ui/i18n.js').Translator} */ (tr.constructor).learn({ zh, en });
  const model = new OnModel(context);
  /** @type {Sheet | null} */
  let sheet = null;
  let asked = 0;
  const takeBack = () => {
    asked += 1;
    sheet?.close();
    sheet = null;
    model.wipe();
  };
  const clear = () => {
    takeBack();
    model.clear();
  };
  /** null: something else is wanted meanwhile. @param {Kind} kind @param {object} body */
  const ask = async (kind, body) => {
    takeBack();
    const mine = asked;
    const told = await api.post(PATHS[kind], body).catch((fault) => {
      if (mine === asked) throw asApiError(fault);
    });
    if (!told || mine !== asked) return null;
    const answer = answerOf(context, kind, told);
    model.show(answer, kind === 'dig');
    const frame = form.element.closest('.campus-ui');
    if (frame) sheet = new Sheet(context, frame, answer, { closed: () => form.begin(), go: (row) => model.go(row) });
    return answer;
  };
  const form = new AskForm(context, { ask, clear, model });
  const dispose = () => {
    form.dispose();
    clear();
  };
  return { element: form.element, dispose };
}
