/** What is nearest to a place, and who answers for it. Each of them flies the camera there. */
import { fill, h, icon } from '../../ui/dom.js';
import { plainText } from '../../engine/text.js';
import { camerasNear, sightOf } from './near_cameras.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./shapes.js').Near} Near */
/** @typedef {import('./shapes.js').NearThing} NearThing */
/** @typedef {Partial<import('../../live/incidents.js').IncidentPlace>} Place */
/** @typedef {import('./near_cameras.js').Sight} Sight */

/** Kept for as long as the place is looked at: a card that is drawn again does not ask again. @type {WeakMap<Room, {key: string, near: Promise<Near>, sight: Sight}>} */
const LAST = new WeakMap();

const CAMERA = 'camera';

/** @param {Place} place @returns {string} the question; empty where nothing is known of where it is */
export function nearQuery({ feature_id, device, scene, idx }) {
  if (scene) return new URLSearchParams({ x: String(scene[0]), y: String(scene[1]), z: String(scene[2]) }).toString();
  if (device && idx !== null) return new URLSearchParams({ device_code: device }).toString(); // what the campus does not know stands nowhere
  return feature_id ? new URLSearchParams({ feature_id }).toString() : '';
}

/** @param {Room} room @param {Place} place @returns {HTMLElement} */
export function nearestTo(room, place) {
  const { tr, api } = room.context;
  const key = nearQuery(place);
  if (!key) return h('p', { class: 'hint' }, tr.text('near.noPlace'));
  const element = h('div', { class: 'near', 'aria-busy': 'true' }, h('p', { class: 'hint' }, tr.text('near.asking')));
  let last = LAST.get(room);
  if (last?.key !== key) {
    last = { key, near: api.get(`/resources/near?${key}`), sight: sightOf(room.context, place) };
    LAST.set(room, last);
  }
  const { sight } = last;
  last.near.then(
    (near) => fill(element, ...answered(room, near, sight)),
    (fault) => {
      LAST.delete(room);
      fill(element, h('p', { class: 'form-fault', role: 'alert' }, room.faultWords(fault)));
    },
  ).finally(() => element.removeAttribute('aria-busy'));
  return element;
}

/** @param {Room} room @param {Near} near @param {Sight} sight */
function answered(room, { responsible, resources }, sight) {
  const { tr } = room.context;
  const people = responsible.map((one) => {
    const of = typeof one.of_title === 'string' ? one.of_title : tr.title(one.of_title);
    return h('li', {}, h('strong', {}, plainText(one.name || tr.title(one.unit_title))), h('span', {}, [tr.title(one.unit_title), one.phone].filter(Boolean).map((text) => plainText(text)).join(' · ')), h('span', { class: 'near-why' }, plainText([of, tr.title(one.reason)].filter(Boolean).join(' · '), 200)));
  });
  const line = (/** @type {NearThing} */ one, /** @type {(Node | null)[]} */ ...more) => thing(room, one, more);
  const things = (/** @type {Near['resources'][number]} */ { type, nearest }) => {
    if (!nearest.length) return h('span', { class: 'hint' }, tr.text('near.none'));
    return type === CAMERA ? camerasNear(room, nearest, sight, line) : h('ul', { class: 'near-things' }, ...nearest.map((one) => h('li', {}, line(one))));
  };
  const kinds = resources.map((kind) => h('li', { 'data-kind': kind.type }, h('strong', {}, plainText(tr.title(kind.title))), things(kind)));
  return [h('h4', {}, tr.text('near.people')), people.length ? h('ul', { class: 'near-people' }, ...people) : h('p', { class: 'hint' }, tr.text('near.nobody')), h('h4', {}, tr.text('near.resources')), h('ul', { class: 'near-kinds' }, ...kinds)];
}

/** @param {Room} room @param {NearThing} one @param {(Node | null)[]} more what is said of it beside where it is */
function thing(room, one, more) {
  const { tr, actions, engine } = room.context;
  const fly = () => {
    if (one.feature_id) void actions.chooseById(one.feature_id).catch((fault) => actions.say(room.faultWords(fault), 'error'));
    else if (one.scene) engine.flyTo({ position: one.scene });
  };
  const where = one.same_storey ? tr.text('near.sameStorey') : one.same_building ? tr.text('near.sameBuilding', { height: tr.number(one.height_m ?? 0, 0) }) : '';
  return h('button', { type: 'button', class: 'link-button near-one', onclick: fly }, icon('fly'), h('span', {}, plainText(one.device_code || one.name || one.feature_id)), h('span', { class: 'near-far' }, tr.text('near.metres', { metres: tr.number(one.distance_m, 0) })), where ? h('span', { class: 'near-where' }, where) : null, ...more);
}
