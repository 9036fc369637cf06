/** The head of the card: what, how grave, where, how far it is, how much time is left. */
import { h, icon, iconButton } from '../../../ui/dom.js';
import { plainText } from '../../../engine/text.js';
import { STAGES } from '../../../live/incidents.js';
import { clockTime, wholeTime } from '../../words.js';
import { ClockWords, levelMark } from '../signs.js';

/** @typedef {import('../room.js').Room} Room */
/** @typedef {import('../shapes.js').Incident} Incident */

/** @param {Room} room @param {Incident} incident @param {() => void} leave */
export function headOf(room, incident, leave) {
  const { tr } = room.context;
  const { title, kind_title, level, place, incident_id, supervised, suspended } = incident;
  const where = room.whereOf(place);
  return [
    h(
      'div',
      { class: 'card-head' },
      h('div', { class: 'card-title' }, h('p', { class: 'kicker' }, levelMark(room, level), plainText(tr.title(kind_title))), h('h2', { tabindex: '-1', 'data-act': 'title' }, plainText(tr.title(title), 200)), h('p', { class: 'incident-id' }, plainText(incident_id))),
      iconButton('close', tr.text('close'), leave, { class: 'small' }),
    ),
    h('div', { class: 'incident-place' }, h('span', {}, where || tr.text(place.scene ? 'report.ground' : 'card.nowhere')), h('button', { type: 'button', class: 'button', 'data-act': 'fly', 'aria-keyshortcuts': 'F', onclick: () => void room.fly(place) }, icon('fly'), tr.text('card.fly'), h('kbd', {}, 'F'))),
    supervised ? h('p', { class: 'incident-state', 'data-mark': 'supervised' }, tr.text('card.supervisedBy', { name: room.nameOf(supervised.by), time: clockTime(tr, supervised.since, room.now()), times: supervised.times, text: plainText(supervised.text, 200) })) : null,
    suspended ? h('p', { class: 'incident-state', 'data-mark': 'suspended' }, tr.text(suspended.until ? 'card.suspendedUntil' : 'card.suspendedBy', { name: room.nameOf(suspended.by), until: suspended.until ? clockTime(tr, suspended.until, room.now()) : '', text: plainText(suspended.text, 200) })) : null,
  ];
}

/** When each stage was last reached. @param {Incident} incident @returns {Map<string, string>} */
export function reachedAt({ history, opened_at }) {
  const at = new Map([['found', opened_at]]);
  let before = 'found';
  for (const line of history) {
    if (line.stage && line.stage !== before) at.set(line.stage, line.at);
    before = line.stage ?? before;
  }
  return at;
}

/** Where it is among its stages. @param {Room} room @param {Incident} incident */
export function stepper(room, incident) {
  const { tr } = room.context;
  const at = reachedAt(incident);
  const now = STAGES.indexOf(incident.stage);
  return h(
    'ol',
    { class: 'steps', 'aria-label': tr.text('card.stages') },
    ...STAGES.map((stage, n) => {
      const time = n <= now ? at.get(stage) : undefined;
      const state = n < now ? 'past' : n === now ? 'now' : 'ahead';
      return h('li', { 'data-state': state, 'aria-current': n === now ? 'step' : null }, h('span', { class: 'step-sign', 'aria-hidden': 'true' }, state === 'past' ? '✓' : String(n + 1)), h('span', { class: 'step-name' }, room.stageWords(stage)), time ? h('time', { datetime: time, title: wholeTime(tr, time) }, clockTime(tr, time, room.now())) : null);
    }),
  );
}

/** The four clocks. @param {Room} room @param {Incident} incident @returns {{element: HTMLElement, tick: () => void}} */
export function clocksOf(room, { clocks }) {
  const { tr } = room.context;
  const words = clocks.map((clock) => ({ clock, words: new ClockWords(room) }));
  const tick = () => words.forEach(({ clock, words: one }) => one.say(clock, false));
  tick();
  const element = h('dl', { class: 'clocks', 'aria-label': tr.text('card.clocks') }, ...words.flatMap(({ clock, words: one }) => [h('dt', {}, tr.title(clock.title), clock.unverified ? h('span', { class: 'unverified', title: tr.text('clock.unverified') }, ' *') : null), h('dd', {}, one.element, clock.due_at ? h('time', { datetime: clock.due_at, title: wholeTime(tr, clock.due_at) }, tr.text('clock.due', { time: clockTime(tr, clock.due_at, room.now()) })) : null)]));
  return { element, tick };
}
