/** The 接报 form: what somebody called in. It keeps what was typed until the server has it. */
import { fill, h, iconButton } from '../../../ui/dom.js';
import { levelSign } from '../../../ui/level_sign.js';
import { plainText } from '../../../engine/text.js';
import { LEVELS } from '../../../engine/levels.js';
import { zoneHint } from '../../local_time.js';
import { nearestTo } from '../near.js';
import { photoPicker } from '../photos.js';
import { around } from '../places.js';
import { bodyOf, LONGEST_TEXT, missing } from './draft.js';
import { placeField } from './place.js';

/** @typedef {import('../room.js').Room} Room */
/** @typedef {import('./draft.js').Draft} Draft */

/** @param {Room} room @param {{sent: (incident: import('../shapes.js').Incident) => void, left: () => void}} tell `left`: with the focus in it, which cannot go back to where it came from */
export function reportForm(room, { sent, left }) {
  const { tr, store, api } = room.context;
  const draft = () => room.kept.draft;
  const leave = () => store.set({ deskForm: null });
  /** @type {Partial<Record<keyof Draft, HTMLElement>>} */
  const inputs = {};
  /** @param {keyof Draft} name @param {HTMLElement & {value: string}} input @param {string} key @param {boolean} [must] */
  const field = (name, input, key, must = false) => {
    inputs[name] = input;
    input.addEventListener('input', () => change(name, input.value));
    return h('label', { class: 'field' }, h('span', {}, tr.text(key), must ? h('span', { class: 'must', 'aria-hidden': 'true' }, ' *') : null), input);
  };
  const entry = (/** @type {string} */ type, /** @type {Record<string, unknown>} */ more = {}) => h('input', { type, class: 'filter', maxlength: '200', ...more });
  const kind = h('select', { required: true });
  const level = h('select', {});
  const channel = h('select', {});
  const sign = h('span', { class: 'report-sign' });
  const place = placeField(room, () => draft().place, (value) => {
    change('place', value);
    hints();
  });
  const picker = photoPicker(room);
  const doubles = h('div', { class: 'doubles', role: 'status' });
  const near = h('div', { class: 'report-near' });
  const zone = h('div', {});
  const fault = h('p', { class: 'form-fault', role: 'alert' });
  const button = h('button', { type: 'submit', class: 'button primary' }, tr.text('report.send'), h('kbd', {}, 'Ctrl+Enter'));
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation();
    if (event.key === 'Escape') leave();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  };
  const form = h(
    'form',
    { class: 'dock-scroll report-form', novalidate: true, onsubmit: (/** @type {Event} */ event) => void send(event) },
    field('text', h('textarea', { rows: 3, maxlength: String(LONGEST_TEXT), required: true, placeholder: tr.text('report.textHint') }), 'report.text', true),
    h('div', { class: 'field-pair' }, field('kind', kind, 'report.kind', true), h('div', { class: 'level-choice' }, field('level', level, 'report.level'), sign)),
    place.element,
    field('where', entry('text'), 'report.where'),
    doubles,
    h('div', { class: 'field-pair' }, field('channel', channel, 'report.channel'), field('occurred_at', entry('datetime-local'), 'report.when')),
    zone,
    h('div', { class: 'field-pair' }, field('name', entry('text', { autocomplete: 'off' }), 'report.name'), field('phone', entry('tel', { autocomplete: 'off' }), 'report.phone')),
    field('unit', entry('text', { autocomplete: 'off' }), 'report.unit'),
    h('div', { class: 'field report-photos' }, h('span', {}, tr.text('report.photos')), picker.element),
    near,
    fault,
    h('div', { class: 'button-row report-foot' }, button, h('button', { type: 'button', class: 'button', onclick: leave }, tr.text('act.leave'), h('kbd', {}, 'Esc'))),
  );
  const element = h('section', { class: 'desk-card report-card', 'data-own-keys': true, 'aria-label': tr.text('report.title'), hidden: true, onkeydown }, h('div', { class: 'card-head' }, h('h2', {}, tr.text('report.title')), iconButton('close', tr.text('close'), leave, { class: 'small' })), form);

  /** @param {keyof Draft} name @param {any} value */
  const change = (name, value) => {
    const change_ = { [name]: value, ...(name === 'level' ? { levelChosen: value !== '' } : {}) };
    room.kept.draft = { ...draft(), ...change_ };
    if (name === 'kind' && !draft().levelChosen) room.kept.draft.level = room.terms.kinds.find((one) => one.kind === value)?.level ?? '';
    if (name === 'kind' || name === 'level') levels();
    if (name === 'kind') hints();
  };

  const levels = () => {
    level.value = draft().level;
    fill(sign, levelSign(draft().level));
  };

  /** Open incidents that this may be about, and what is near. */
  const hints = () => {
    const { place: at, kind: of } = draft();
    place.show();
    const found = at ? around(store.state.incidents.values(), at, of) : [];
    if (draft().into && !found.some(({ incident }) => incident.incident_id === draft().into)) room.kept.draft.into = '';
    const choice = (/** @type {string} */ value, /** @type {import('../../../ui/dom.js').Child[]} */ ...label) => h('label', { class: 'double' }, h('input', { type: 'radio', name: 'into', value, checked: draft().into === value, onchange: () => change('into', value) }), h('span', {}, ...label));
    const rows = found.map(({ incident, distance_m }) => choice(incident.incident_id, levelSign(incident.level), h('strong', {}, plainText(tr.title(incident.title), 80)), h('span', { class: 'line-aside' }, [room.stageWords(incident.stage), distance_m === null ? '' : tr.text('near.metres', { metres: tr.number(distance_m, 0) })].filter(Boolean).join(' · '))));
    fill(doubles, ...(found.length ? [h('p', {}, h('strong', {}, tr.text('report.doubles', { count: found.length }))), choice('', tr.text('report.another')), ...rows] : []));
    fill(near, ...(at ? [h('details', { class: 'many', ontoggle: (/** @type {Event} */ event) => answerNear(/** @type {HTMLDetailsElement} */ (event.target)) }, h('summary', {}, tr.text('part.near')), h('div', {}))] : []));
  };
  const answerNear = (/** @type {HTMLDetailsElement} */ details) => {
    const body = details.lastElementChild;
    const { place: at } = draft();
    if (details.open && body instanceof HTMLElement && at && !body.childElementCount) fill(body, nearestTo(room, at));
  };

  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    const [first] = missing(draft(), room.now(), tr.zone);
    const waits = picker.waits();
    fault.textContent = first ? tr.text(first.key) : waits ? tr.text(waits) : '';
    if (first) inputs[first.field]?.focus();
    if (first || waits) return;
    button.disabled = true;
    try {
      const incident = await api.post('/incidents', bodyOf(draft(), picker.ids(), tr.zone));
      room.freshDraft();
      picker.clear();
      leave();
      sent(incident);
    } catch (failed) {
      fault.textContent = tr.text('report.kept', { fault: room.faultWords(failed) });
    }
    button.disabled = false;
  };

  const show = () => {
    const options = (/** @type {[string, string][]} */ some) => some.map(([value, words]) => h('option', { value }, plainText(words, 80)));
    fill(kind, h('option', { value: '' }, tr.text('report.choose')), ...options(room.terms.kinds.map((one) => [one.kind, tr.title(one.title)])));
    fill(level, h('option', { value: '' }, tr.text('report.levelOfKind')), ...options([...LEVELS].reverse().map(({ name }) => [name, room.levelWords(name)])));
    fill(channel, ...options(room.terms.channels.map((one) => [one.channel, tr.title(one.title)])));
    for (const [name, input] of Object.entries(inputs)) /** @type {any} */ (input).value = draft()[/** @type {keyof Draft} */ (name)];
    fill(zone, zoneHint(tr, room.now()));
    levels();
    hints();
  };
  /** @type {Element | null} what had the focus before it */
  let before = null;
  const stop = store.watch(['deskForm'], ({ deskForm }) => {
    const was = !element.hidden;
    const focused = element.contains(document.activeElement);
    element.hidden = deskForm !== 'report';
    if (!element.hidden && !was) {
      before = document.activeElement;
      show();
      inputs.text?.focus();
    } else if (element.hidden && was) {
      place.leave();
      if (focused) left();
      if (focused && before instanceof HTMLElement && before.checkVisibility()) before.focus();
      room.context.actions.closeCard();
    }
  });
  return {
    element,
    show: () => element.hidden || show(),
    dispose: () => {
      stop();
      place.dispose();
    },
  };
}
