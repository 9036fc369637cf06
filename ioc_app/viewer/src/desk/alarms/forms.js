/** The forms of the acts: how long and why, to whom, what is worth knowing. Enter sends, Esc leaves. */
import { fill, h } from '../../ui/dom.js';
import { localMinute, momentOf, zoneHint } from '../local_time.js';

/** @typedef {import('../../ui/context.js').Context} Context */
/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {import('./acts.js').Said} Said */
/** @typedef {{name: string, display_name: string, role: string}} Person */
/** @typedef {{element: HTMLElement, said: () => Said}} Fields */

const HOUR_MS = 3_600_000;
/** For how long an alarm is put aside; the last is one's own. */
const SHELVE_MS = [HOUR_MS / 4, HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS];

/** @type {Record<string, (context: Context, alarms: Alarm[], more: {now: number, staff: Person[]}) => Fields>} */
const FIELDS = { shelve: shelveFields, assign: assignFields, comment: commentFields };

/**
 * @param {Context} context
 * @param {'shelve' | 'assign' | 'comment'} act
 * @param {Alarm[]} alarms
 * @param {{now: number, staff: Person[], send: (said: Said) => Promise<boolean>, leave: () => void}} more
 */
export function actForm(context, act, alarms, more) {
  const { tr } = context;
  const { element, said } = FIELDS[act](context, alarms, more);
  const button = h('button', { type: 'submit', class: 'button primary' }, tr.text(`act.${act}`));
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    if (await more.send(said())) more.leave();
    else button.disabled = false;
  };
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation();
    if (event.key === 'Escape') more.leave();
    if (event.key === 'Enter' && event.ctrlKey) form.requestSubmit();
  };
  const title = tr.text(`act.${act}.title`, { count: alarms.length, alarm: tr.title(alarms[0].title) });
  const form = h(
    'form',
    { class: 'desk-form', 'data-own-keys': true, 'aria-label': title, onsubmit: send, onkeydown },
    h('h3', {}, title),
    element,
    h('div', { class: 'button-row' }, button, h('button', { type: 'button', class: 'button', onclick: more.leave }, tr.text('act.leave'))),
  );
  const first = /** @type {HTMLElement | null} */ (form.querySelector('input:checked') ?? form.querySelector('select, textarea, button'));
  return { element: form, focus: () => first?.focus() };
}

/** @param {Context} context @param {Alarm[]} _alarms @param {{now: number}} more @returns {Fields} */
function shelveFields({ tr }, _alarms, { now }) {
  const own = h('input', { type: 'datetime-local', class: 'filter', 'aria-label': tr.text('shelve.until'), value: localMinute(tr.zone, now + HOUR_MS), min: localMinute(tr.zone, now), oninput: () => (last.checked = true) });
  const radio = (/** @type {number} */ value, /** @type {string} */ text, /** @type {boolean} */ checked) => {
    const input = h('input', { type: 'radio', name: 'shelve', value, checked });
    return { input, label: h('label', { class: 'desk-choice' }, input, text) };
  };
  const choices = SHELVE_MS.map((length, n) => radio(length, length < HOUR_MS ? tr.text('shelve.minutes', { number: length / 60_000 }) : tr.text('shelve.hours', { number: length / HOUR_MS }), n === 1));
  const until = radio(0, tr.text('shelve.own'), false);
  const last = until.input;
  const reason = h('input', { type: 'text', required: true, maxlength: 400, placeholder: tr.text('shelve.reasonHint') });
  const element = h('div', { class: 'desk-fields' }, h('fieldset', { class: 'desk-choices' }, h('legend', {}, tr.text('shelve.howLong')), ...choices.map(({ label }) => label), until.label, own, zoneHint(tr, now)), h('label', { class: 'field' }, h('span', {}, tr.text('shelve.reason')), reason));
  const said = () => {
    const chosen = choices.find(({ input }) => input.checked);
    const at = chosen ? now + Number(chosen.input.value) : momentOf(tr.zone, own.value);
    return { until: new Date(at || now).toISOString(), reason: reason.value.trim() };
  };
  return { element, said };
}

/** @param {Context} context @param {Alarm[]} alarms @param {{staff: Person[]}} more @returns {Fields} */
function assignFields({ tr, store }, alarms, { staff }) {
  const me = store.state.me?.name;
  const people = [...staff].sort((one, other) => Number(other.name === me) - Number(one.name === me) || one.display_name.localeCompare(other.display_name, tr.locale));
  const select = h('select', { required: true, size: Math.min(6, Math.max(2, people.length)), 'aria-label': tr.text('assign.to') });
  fill(select, ...people.map((one) => h('option', { value: one.name }, `${one.display_name || one.name} · ${tr.text(`role.${one.role}`)}${one.name === me ? ` · ${tr.text('assign.me')}` : ''}`)));
  select.value = alarms[0].assignee ?? people[0]?.name ?? '';
  return { element: h('div', { class: 'desk-fields' }, people.length ? select : h('p', { class: 'empty' }, tr.text('assign.nobody'))), said: () => ({ assignee: select.value }) };
}

/** @param {Context} context @returns {Fields} */
function commentFields({ tr }) {
  const text = h('textarea', { required: true, rows: 3, maxlength: 4000, 'aria-label': tr.text('act.comment'), placeholder: tr.text('comment.hint') });
  return { element: h('div', { class: 'desk-fields' }, text), said: () => ({ text: text.value.trim() }) };
}
