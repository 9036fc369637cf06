/**
 * What can be done about an incident and its orders. The server says which acts are possible for the one who asks, what they must
 * say and what they may; this gives them keys, draws the forms, and sends them.
 */
import { h } from '../../ui/dom.js';
import { FIELDS } from './act_fields.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./shapes.js').Act} Act */
/** @typedef {import('./shapes.js').Incident} Incident */

/** One letter an act while the desk has the focus; two acts that are never possible at once may share one. @type {Record<string, string>} */
export const ACT_KEYS = {
  accept: 'q', issue: 'w', start: 's', report_back: 'b', verify: 'v', close: 'e', rate: 'r', revisit: 't', send_back: 'z', return: 'z', reopen: 'o',
  dismiss: 'x', urge: 'u', ease: 'l', suspend: 'p', resume: 'p', grade: 'g', reclassify: 't', own: 'm', comment: 'c', attach: 'h',
};
/** Drawn where they belong, not among the buttons. */
const ELSEWHERE = new Set(['tick', 'untick']);
/** Said in one way only: an act that may do nothing but add a remark is done at once. */
const REMARK = 'text';
/** A digit an act of the newest order, always the same. @type {Record<string, string>} */
export const ORDER_KEYS = { accept: '1', done: '2', verify: '3', send_back: '4', reject: '5', withdraw: '6' };

/** @param {Act[]} acts */
export const buttonsOf = (acts) => acts.filter(({ act }) => !ELSEWHERE.has(act)).map((act) => ({ act, key: ACT_KEYS[act.act] ?? '' }));

/** The acts of all orders; those of the newest have their digits, which never pass to an older one. @param {Incident} incident */
export function orderButtons({ work_orders }) {
  const newest = Math.max(...work_orders.map(({ number }) => number));
  return work_orders.flatMap((order) => order.acts.map((act) => ({ order, act, key: order.number === newest ? (ORDER_KEYS[act.act] ?? '') : '' })));
}

/** Whether it is done at once: nothing must be said, and only a remark may be. @param {Act} act */
export const isPlain = ({ must, may, act }) => act !== 'issue' && !must.length && may.every((name) => name === REMARK);

/** @param {Incident} incident @param {Act} act @param {string} [order_id] */
export function pathOf({ incident_id }, { act }, order_id) {
  const path = `/incidents/${encodeURIComponent(incident_id)}`;
  if (order_id !== undefined) return `${path}/orders/${encodeURIComponent(order_id)}/acts`;
  return act === 'issue' ? `${path}/orders` : `${path}/acts`;
}

/** @param {Act} act @param {Record<string, unknown>} said @returns {Record<string, unknown>} what is sent */
export const bodyOf = ({ act }, said) => (act === 'issue' ? said : { act, ...said });

/** Which of what must be said was not. @param {Act} act @param {Record<string, unknown>} said */
export const unsaid = ({ must }, said) => must.filter((name) => said[name] === undefined);

/**
 * @param {Room} room @param {Incident} incident @param {Act} act
 * @param {{send: (said: Record<string, unknown>) => Promise<string>, leave: () => void}} tell `send` answers what went wrong
 */
export function actForm(room, incident, act, { send, leave }) {
  const { tr } = room.context;
  const names = [...new Set([...act.must, ...act.may])].filter((name) => name in FIELDS);
  /** @type {Record<string, import('./act_fields.js').Field>} */
  const fields = {};
  for (const name of names) fields[name] = FIELDS[name]({ room, incident, all: fields, must: act.must.includes(name), label: tr.text(`say.${name === 'text' ? textOf(act) : name}`) });
  if (act.act === 'issue' && incident.proposal) /** @type {HTMLTextAreaElement | null} */ (fields.what?.element.querySelector('textarea'))?.append(incident.proposal.what);
  const fault = h('p', { class: 'form-fault', role: 'alert' });
  const button = h('button', { type: 'submit', class: 'button primary' }, tr.title(act.title), h('kbd', {}, 'Ctrl+Enter'));
  const onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const said = Object.fromEntries(names.map((name) => [name, fields[name].read()]).filter(([, value]) => value !== undefined));
    const missing = unsaid(act, said);
    const waits = names.map((name) => fields[name].waits?.() ?? '').find(Boolean);
    if (missing.length || waits) {
      fault.textContent = waits ? tr.text(waits) : tr.text('say.missing', { fields: tr.list(missing.map((name) => tr.text(`say.${name === 'text' ? textOf(act) : name}`))) });
      if (missing.length) focusIn(fields[missing[0]]?.element);
      return;
    }
    button.disabled = true;
    fault.textContent = await send(said);
    button.disabled = false;
  };
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation();
    if (event.key === 'Escape') leave();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  };
  const form = h(
    'form',
    { class: 'desk-form incident-form', 'data-own-keys': true, 'data-form': act.act, novalidate: true, 'aria-label': tr.title(act.title), onsubmit, onkeydown },
    h('h3', {}, tr.title(act.title)),
    h('div', { class: 'desk-fields' }, ...names.map((name) => fields[name].element)),
    fault,
    h('div', { class: 'button-row' }, button, h('button', { type: 'button', class: 'button', onclick: leave }, tr.text('act.leave'), h('kbd', {}, 'Esc'))),
  );
  return { element: form, focus: () => focusIn(form) };
}

/** What the text of an act is: a reason, a result, a report. @param {Act} act */
const textOf = ({ act }) => ({ close: 'result', done: 'result', report_back: 'result', comment: 'text', attach: 'text', issue: 'text', rate: 'text', revisit: 'text', accept: 'text', verify: 'text' })[act] ?? 'reason';

/** @param {HTMLElement | undefined} element */
function focusIn(element) {
  const first = /** @type {HTMLElement | null | undefined} */ (element?.querySelector('textarea, select, input:not([type=file]), button'));
  first?.focus();
  if (first instanceof HTMLTextAreaElement) first.setSelectionRange(first.value.length, first.value.length); // after what is proposed
}
