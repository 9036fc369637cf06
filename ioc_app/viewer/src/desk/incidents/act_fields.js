/** The fields of the acts, by the names in `must` and `may`: one table, so that a new act of known fields needs nothing here. */
import { fill, h } from '../../ui/dom.js';
import { plainText } from '../../engine/text.js';
import { momentOf, zoneHint } from '../local_time.js';
import { photoPicker } from './photos.js';
import { ordered } from './order.js';
import { LONGEST_TEXT } from './report/draft.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./shapes.js').Incident} Incident */
/** `read`: undefined where nothing was said. `waits`: key of a text, of what must happen first. @typedef {{element: HTMLElement, read: () => unknown, waits?: () => string}} Field */
/** @typedef {{room: Room, incident: Incident, label: string, must: boolean, all: Record<string, Field>}} Making */

/** @type {Record<string, (making: Making) => Field>} */
export const FIELDS = {
  text: textField,
  what: textField,
  level: (making) => choiceField(making, making.room.terms.levels.map((one) => [one.level, `${one.numeral} ${making.room.levelWords(one.level)}`]), making.incident.level),
  kind: (making) => choiceField(making, making.room.terms.kinds.filter(({ kind }) => kind !== making.incident.kind).map((one) => [one.kind, making.room.context.tr.title(one.title)])),
  outcome: (making) => choiceField(making, making.room.terms.outcomes.filter(({ outcome }) => !['resolved', 'merged'].includes(outcome)).map((one) => [one.outcome, making.room.context.tr.title(one.title)])),
  into: intoField,
  score: scoreField,
  reached: yesField,
  satisfied: yesField,
  owner: (making) => choiceField(making, making.room.kept.staff.map((one) => [one.name, one.display_name || one.name]), making.room.me),
  until: timeField,
  due_at: timeField,
  unit: (making) => choiceField(making, making.room.terms.units.map((one) => [one.unit, making.room.context.tr.title(one.title)]), making.incident.proposal?.unit),
  assignee: assigneeField,
  photos: photosField,
  alarms: alarmsField,
  events: eventsField,
};

/** @param {Making} making @param {HTMLElement} input */
const labelled = ({ label, must }, input) => h('label', { class: 'field' }, h('span', {}, label, must ? h('span', { class: 'must', 'aria-hidden': 'true' }, ' *') : null), input);

/** @param {Making} making @returns {Field} */
function textField(making) {
  const input = h('textarea', { rows: 3, maxlength: LONGEST_TEXT, 'aria-required': making.must });
  return { element: labelled(making, input), read: () => input.value.trim() || undefined };
}

/** @param {Making} making @param {[string, string][]} options @param {string | null} [chosen] @returns {Field} */
function choiceField(making, options, chosen) {
  const select = h('select', { 'aria-required': making.must }, making.must ? null : h('option', { value: '' }, '–'), ...options.map(([value, text]) => h('option', { value }, plainText(text, 80))));
  if (chosen && options.some(([value]) => value === chosen)) select.value = chosen;
  return { element: labelled(making, select), read: () => select.value || undefined };
}

/** The other open incidents. @param {Making} making @returns {Field} */
function intoField(making) {
  const { room, incident } = making;
  const others = ordered(room.context.store.state.incidents.values()).filter((one) => one.incident_id !== incident.incident_id);
  return choiceField(making, others.map((one) => [one.incident_id, `${room.context.tr.title(one.title)} · ${room.whereOf(one.place)}`]));
}

/** @param {Making} making @returns {Field} */
function scoreField({ room: { context: { tr } }, label }) {
  const inputs = [1, 2, 3, 4, 5].map((value) => h('input', { type: 'radio', name: 'score', value: String(value) }));
  const element = h('fieldset', { class: 'desk-choices' }, h('legend', {}, label), ...inputs.map((input) => h('label', { class: 'desk-choice' }, input, tr.text('say.scored', { score: input.value }))));
  return { element, read: () => Number(inputs.find(({ checked }) => checked)?.value) || undefined };
}

/** @param {Making} making @returns {Field} */
function yesField(making) {
  const { tr } = making.room.context;
  const field = choiceField(making, [['true', tr.text('yes')], ['false', tr.text('no')]]);
  return { element: field.element, read: () => (field.read() === undefined ? undefined : field.read() === 'true') };
}

/** @param {Making} making @returns {Field} */
function timeField(making) {
  const input = h('input', { type: 'datetime-local', class: 'filter' });
  const { tr } = making.room.context;
  const at = () => momentOf(tr.zone, input.value);
  const element = labelled(making, input);
  element.append(zoneHint(tr, making.room.now()) ?? '');
  return { element, read: () => (Number.isNaN(at()) ? undefined : new Date(at()).toISOString()) };
}

/** Those on duty, of the unit that is chosen; the one proposed is chosen. @param {Making} making @returns {Field} */
function assigneeField(making) {
  const { room, incident, all } = making;
  const { tr } = room.context;
  const select = h('select', {});
  const unit = /** @type {HTMLSelectElement | null} */ (all.unit?.element.querySelector('select') ?? null);
  const show = () => {
    const duty = room.terms.on_duty.filter((one) => !unit?.value || one.unit === unit.value);
    const { proposal } = incident;
    const people = /** @type {Map<string, string>} */ (new Map(duty.map((one) => [one.person, `${one.name} · ${tr.title(one.unit_title)}`])));
    if (proposal?.assignee && (!unit?.value || unit.value === proposal.unit)) people.set(proposal.assignee, people.get(proposal.assignee) ?? proposal.assignee_title ?? proposal.assignee);
    fill(select, h('option', { value: '' }, tr.text('say.wholeUnit')), ...[...people].map(([value, text]) => h('option', { value }, plainText(text, 80))));
    if (proposal?.assignee && people.has(proposal.assignee)) select.value = proposal.assignee;
  };
  unit?.addEventListener('change', show);
  show();
  return { element: labelled(making, select), read: () => select.value || undefined };
}

/** @param {Making} making @returns {Field} */
function photosField({ room, label }) {
  const picker = photoPicker(room);
  const read = () => (picker.ids().length ? picker.ids() : undefined);
  return { element: h('div', { class: 'field' }, h('span', {}, label), picker.element), read, waits: picker.waits };
}

/** Alarms that stand and belong to no incident. @param {Making} making @returns {Field} */
function alarmsField(making) {
  const { tr, store } = making.room.context;
  const free = [...store.state.alarms.values()].filter((one) => !one.incident_id);
  return severalField(making, free.map((one) => [one.alarm_id, `${tr.title(one.title)} · ${one.originator}`]));
}

/** The latest events; the server finds them by when they occurred. @param {Making} making @returns {Field} */
function eventsField(making) {
  const { tr, store } = making.room.context;
  const latest = store.state.events.slice(0, 50);
  const field = severalField(making, latest.map((one) => [one.event_id, `${tr.code('event', one.type) || one.type || one.kind} · ${one.originator} · ${one.text ?? ''}`]));
  const nameOf = (/** @type {string} */ id) => latest.flatMap(({ event_id, occurred_at }) => (event_id === id ? [{ event_id, occurred_at }] : []));
  return { ...field, read: () => /** @type {string[] | undefined} */ (field.read())?.flatMap(nameOf) };
}

/** @param {Making} making @param {[string, string][]} options @returns {Field} */
function severalField(making, options) {
  if (!options.length) return { element: h('p', { class: 'hint' }, `${making.label}：${making.room.context.tr.text('say.noneToChoose')}`), read: () => undefined };
  const select = h('select', { multiple: true, size: String(Math.min(5, options.length)) }, ...options.map(([value, text]) => h('option', { value }, plainText(text, 100))));
  return {
    element: labelled(making, select),
    read: () => {
      const chosen = [...select.selectedOptions].map((one) => one.value);
      return chosen.length ? chosen : undefined;
    },
  };
}
