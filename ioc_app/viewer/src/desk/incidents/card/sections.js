/** The parts of the card below its acts: why, orders, plan, pictures, what is near, what was done. */
import { h, icon } from '../../../ui/dom.js';
import { levelSign } from '../../../ui/level_sign.js';
import { plainText } from '../../../engine/text.js';
import { clockTime, wholeTime } from '../../words.js';
import { gallery } from '../photos.js';
import { nearestTo } from '../near.js';
import { ordersOf } from './orders.js';
import { planOf } from './plan.js';

/** @typedef {import('../room.js').Room} Room */
/** @typedef {import('../shapes.js').Incident} Incident */
/** @typedef {import('./card.js').Doing} Doing */
/** @typedef {HTMLElement | null} Part */

const LONG = 2000;

/** In their order: title, and what is in it; null where there is nothing. @type {readonly [string, (room: Room, incident: Incident, doing: Doing) => Part, (incident: Incident) => number | null][]} */
const SECTIONS = [
  ['part.why', why, () => null],
  ['part.orders', ordersOf, ({ work_orders }) => work_orders.length],
  ['part.plan', planOf, () => null],
  ['part.alarms', alarms, (one) => one.alarms.length],
  ['part.reports', reports, (one) => one.reports.length],
  ['part.events', events, (one) => one.events.length],
  ['part.photos', photos, (one) => one.photos.length],
  ['part.near', (room, { place }) => nearestTo(room, place), () => null],
  ['part.ratings', ratings, (one) => one.ratings.length + one.revisits.length],
  ['part.history', (room, { history }) => historyOf(room, history), ({ history }) => history.length],
];

/** @param {Room} room @param {Incident} incident @param {Doing} doing */
export function sections(room, incident, doing) {
  const { folded } = room.kept;
  return SECTIONS.flatMap(([key, make, count]) => {
    const part = make(room, incident, doing);
    if (!part) return [];
    const number = count(incident);
    const element = h('details', { class: 'facts', 'data-part': key, open: !folded.has(key), ontoggle: () => (element.open ? folded.delete(key) : folded.add(key)) }, h('summary', {}, h('span', {}, room.context.tr.text(key)), number === null ? null : h('span', { class: 'count' }, String(number))), h('div', { class: 'part' }, part));
    return [element];
  });
}

/** What it is about and what was concluded. @param {Room} room @param {Incident} incident @returns {Part} */
function why({ context: { tr, store } }, { text, cause, source, alarms: lines, outcome, merged_into, history }) {
  const [first] = history;
  const said = plainText(tr.title(text), LONG);
  const reason = plainText(tr.title(first?.reason), LONG);
  return h(
    'div',
    { class: 'why' },
    said ? h('p', { class: 'event-text' }, said) : null,
    reason && reason !== said ? h('p', {}, reason) : null,
    h('p', { class: 'hint' }, tr.text(`source.${source}`)),
    cause ? h('p', {}, tr.text('card.cause', { cause: plainText(cause), count: lines.length })) : null,
    outcome ? h('p', { class: 'why-outcome' }, tr.text(`outcome.${outcome}`)) : null,
    merged_into ? h('button', { type: 'button', class: 'link-button', onclick: () => store.set({ deskOpen: `incident:${merged_into}` }) }, tr.text('card.mergedInto')) : null,
  );
}

/** Forty of one cause are one line, opened to all of them. @param {Room} room @param {Incident} incident @returns {Part} */
function alarms(room, { alarms: lines, cause }) {
  if (!lines.length) return null;
  const { tr, store } = room.context;
  const line = (/** @type {import('../shapes.js').AlarmLine} */ one) =>
    h('li', {}, h('button', { type: 'button', class: 'link-button alarm-line', onclick: () => store.set({ desk: 'alarms', deskOpen: `alarm:${one.alarm_id}` }) }, levelSign(one.level), h('span', {}, plainText(tr.title(one.title), 120))), h('span', { class: 'line-aside' }, `${plainText(one.originator)} · ${clockTime(tr, one.opened_at, room.now())} · ${stateOf(tr, one)}`));
  const list = h('ol', { class: 'lines' }, ...lines.map(line));
  if (lines.length === 1) return list;
  const active = lines.filter((one) => one.active).length;
  return h('details', { class: 'many' }, h('summary', {}, tr.text(cause ? 'card.alarmsOfCause' : 'card.alarmsTogether', { count: lines.length, active, cause: plainText(cause ?? '') })), list);
}

/** @param {import('../../../ui/i18n.js').Translator} tr @param {import('../shapes.js').AlarmLine} alarm */
function stateOf(tr, { active, acknowledged }) {
  if (active === null) return tr.text('alarm.forgotten');
  return [tr.text(active ? 'alarm.active' : 'alarm.over'), acknowledged ? tr.text('alarm.seen') : ''].filter(Boolean).join(' · ');
}

/** @param {Room} room @param {Incident} incident @returns {Part} */
function reports(room, { reports: lines }) {
  if (!lines.length) return null;
  const { tr } = room.context;
  const channelOf = (/** @type {string} */ channel) => tr.title(room.terms.channels.find((one) => one.channel === channel)?.title) || channel;
  return h(
    'ol',
    { class: 'lines' },
    ...lines.map(({ at, by, channel, text, reporter }) => {
      const who = reporter ? [reporter.name, reporter.unit, reporter.phone].filter(Boolean).map((one) => plainText(one)).join(' · ') : '';
      return h('li', {}, h('p', { class: 'event-text' }, plainText(text, LONG)), h('span', { class: 'line-aside' }, [clockTime(tr, at, room.now()), channelOf(channel), who, tr.text('card.takenBy', { name: room.nameOf(by) })].filter(Boolean).join(' · ')));
    }),
  );
}

/** @param {Room} room @param {Incident} incident @returns {Part} */
function events(room, { events: lines }) {
  if (!lines.length) return null;
  const { tr } = room.context;
  const now = room.now();
  return h('ol', { class: 'lines' }, ...lines.map((one) => h('li', {}, h('strong', {}, plainText(tr.code('event', one.type) || one.type)), one.text ? h('p', { class: 'event-text' }, plainText(one.text, LONG)) : null, h('span', { class: 'line-aside' }, `${plainText(one.originator)} · ${clockTime(tr, one.occurred_at, now)}`))));
}

/** Faces and plates are in them: for those who handle. @param {Room} room @param {Incident} incident @returns {Part} */
function photos(room, { photos: some }) {
  if (!some.length) return null;
  return room.may('handle') ? gallery(room, some) : h('p', { class: 'hint' }, room.context.tr.text('photo.hidden', { count: some.length }));
}

/** @param {Room} room @param {Incident} incident @returns {Part} */
function ratings(room, { ratings: scores, revisits }) {
  if (!scores.length && !revisits.length) return null;
  const { tr } = room.context;
  const line = (/** @type {string} */ words, /** @type {{at: string, by: string, text: string | null}} */ one) => h('li', {}, h('strong', {}, words), one.text ? h('p', { class: 'event-text' }, plainText(one.text, LONG)) : null, h('span', { class: 'line-aside' }, `${clockTime(tr, one.at, room.now())} · ${room.nameOf(one.by)}`));
  const reached = (/** @type {{reached: boolean, satisfied: boolean | null}} */ one) => tr.text(!one.reached ? 'card.notReached' : one.satisfied === null ? 'card.reached' : one.satisfied ? 'card.satisfied' : 'card.dissatisfied');
  return h('ol', { class: 'lines' }, ...scores.map((one) => line(tr.text('say.scored', { score: one.score }), one)), ...revisits.map((one) => line(reached(one), one)));
}

/** From the first to the last. @param {Room} room @param {import('../shapes.js').HistoryLine[]} lines @returns {HTMLElement} */
export function historyOf(room, lines) {
  const { tr } = room.context;
  return h(
    'ol',
    { class: 'desk-history' },
    ...lines.map(({ at, kind, title, by, text, reason }) =>
      h(
        'li',
        { 'data-kind': kind },
        h('time', { datetime: at, title: wholeTime(tr, at) }, clockTime(tr, at, room.now())),
        h('strong', {}, plainText(tr.title(title) || kind)),
        h('span', { class: 'desk-author' }, room.nameOf(by)),
        text ? h('p', {}, plainText(text, LONG)) : null,
        reason ? h('p', { class: 'line-aside' }, icon('info'), plainText(tr.title(reason), LONG)) : null,
      ),
    ),
  );
}
