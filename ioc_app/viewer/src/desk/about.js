/**
 * What the desk knows of the thing whose card is open: the alarms and incidents that stand there, what came from it last,
 * what is nearest and who answers for it; and a report of what is wrong with it.
 */
import { fill, h, icon } from '../ui/dom.js';
import { levelSign } from '../ui/level_sign.js';
import { plainText } from '../engine/text.js';
import { isOpen } from '../live/incidents.js';
import { nearestTo } from './incidents/near.js';
import { placeOfFeature } from './incidents/report/place.js';
import { Room } from './incidents/room.js';
import { clockTime } from './words.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/api.js').Feature} Feature */
/** @typedef {{device: string | null, building_id: string | null, storey_id: string | null, space_id: string | null, feature_id?: string | null}} Place */

const MOST_SHOWN = 8; // of each kind, the newest; the tables have all

/** @param {Context} context @param {HTMLElement} element in the card @returns {() => void} dispose */
export function aboutSelected(context, element) {
  const { store, tr } = context;
  const room = new Room(context);
  const near = h('details', { class: 'facts', ontoggle: () => ask() }, h('summary', {}, h('span', {}, tr.text('part.near'))), h('div', {}));
  const report = h('button', { type: 'button', class: 'button', onclick: () => place && reportAt(room, place) }, icon('plus'), tr.text('about.report'));
  const standing = h('div', {});
  let shown = '';
  let place = /** @type {import('./incidents/report/place.js').Place | null} */ (null);

  const ask = () => {
    const body = near.lastElementChild;
    if (near.open && place && body && !body.childElementCount) body.append(nearestTo(room, place));
  };
  const stop = store.watch(['cardState', 'feature', 'alarms', 'incidents', 'events', 'me'], ({ cardState, feature, alarms, incidents, events }) => {
    if (cardState !== 'shown' || !feature) return;
    const lines = linesOf(feature, { alarms: alarms.values(), incidents: incidents.values(), events });
    const now = [feature.feature_id, ...lines.map(({ open, at, stage }) => `${open} ${at} ${stage ?? ''}`)].join('\n');
    report.hidden = !room.may('handle');
    if (place?.feature_id !== feature.feature_id) {
      place = placeOfFeature(feature, null);
      near.open = false;
      fill(/** @type {HTMLElement} */ (near.lastElementChild));
      fill(element, standing, near, h('div', { class: 'button-row' }, report));
    }
    if (now === shown) return; // what has the focus is left alone
    shown = now;
    fill(standing, lines.length ? listOf(room, lines) : null);
  });
  return () => {
    stop();
    room.clock.stop();
  };
}

/** The form, with this as its place. @param {Room} room @param {import('./incidents/report/place.js').Place} place */
function reportAt(room, place) {
  room.kept.draft = { ...room.kept.draft, place, into: '' };
  room.context.store.set({ desk: 'incidents', deskForm: 'report' });
}

/**
 * `open`: whose card a click opens. `stage`: of an incident.
 * @typedef {{open: string, at: string, level: import('../engine/types').Level | null, title: import('../engine/types').Title | null, type?: string, text?: string, stage?: string}} Line
 */

/**
 * What stands at a device, in a room, on a storey or in a building, and what a device said last.
 * @param {Feature} feature
 * @param {{alarms: Iterable<import('../live/alarms.js').Alarm>, incidents: Iterable<import('../live/incidents.js').Summary>, events: readonly import('../live/stream.js').StreamEvent[]}} known
 * @returns {Line[]}
 */
export function linesOf(feature, { alarms, incidents, events }) {
  const ids = new Set([feature.feature_id, feature.device_code].filter(Boolean));
  const isHere = (/** @type {Place} */ at) => [at.device, at.space_id, at.storey_id, at.building_id, at.feature_id].some((one) => one && ids.has(one));
  /** @type {Line[][]} */
  const found = [
    [...incidents].filter((one) => isOpen(one) && isHere(one.place)).map(({ incident_id, level, title, opened_at, stage }) => ({ open: `incident:${incident_id}`, at: opened_at, level, title, stage })),
    [...alarms].filter((one) => isHere({ ...one.place, device: one.device ?? one.originator })).map(({ alarm_id, level, title, raised_at }) => ({ open: `alarm:${alarm_id}`, at: raised_at, level, title })),
    events.filter(({ originator }) => ids.has(originator)).map(({ event_id, level, type, text, occurred_at }) => ({ open: `event:${event_id}`, at: occurred_at, level: level ?? null, title: null, type, text })),
  ];
  return found.flatMap((some) => some.sort((one, other) => Date.parse(other.at) - Date.parse(one.at)).slice(0, MOST_SHOWN));
}

/** @param {Room} room @param {Line[]} lines */
function listOf(room, lines) {
  const { tr, store } = room.context;
  const rows = lines.map(({ open, at, level, title, type = '', text, stage }) => {
    const desk = open.startsWith('incident:') ? 'incidents' : open.startsWith('alarm:') ? 'alarms' : store.state.desk;
    const words = title ? tr.title(title) : [tr.code('event', type) || type, text].filter(Boolean).join(' · ');
    return h('li', {}, h('button', { type: 'button', class: 'link-button', onclick: () => store.set({ desk, deskOpen: open }) }, levelSign(level), plainText(words, 80), h('span', { class: 'line-aside' }, [stage ? room.stageWords(stage) : '', clockTime(tr, at, room.now())].filter(Boolean).join(' · '))));
  });
  return h('details', { class: 'facts', open: true }, h('summary', {}, h('span', {}, tr.text('about.live')), h('span', { class: 'layer-count' }, String(lines.length))), h('ul', { class: 'about-lines' }, ...rows));
}
