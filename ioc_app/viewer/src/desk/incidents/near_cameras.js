/**
 * The cameras near a place: at once by distance, then those first that really show it, the best before the others, which
 * say why they do not. Nothing is put in another order under a pointer or a focus: that waits until they have gone.
 */
import { fill, h } from '../../ui/dom.js';
import { blindWords, seeingPath, seeingWords, seenWords } from '../../sight/rows.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./shapes.js').NearThing} NearThing */
/** @typedef {import('../../sight/shapes.js').Seeing} Seeing */
/** @typedef {import('../../sight/shapes.js').SightRow} SightRow */
/** @typedef {Partial<import('../../live/incidents.js').IncidentPlace>} Place */
/** A line of the list. @typedef {{thing: NearThing, row: SightRow | null}} Ranked */

/** More than the near ones, so that each of them is told of. */
const OTHERS = 200;
/** How many that see it are listed. */
const MOST_SEEING = 8;

/** Whether what cameras see outdoors says anything of it. @param {Place} place */
export const isOutdoors = ({ scene, storey_id, space_id }) => Boolean(scene) && !storey_id && !space_id;

/** @param {Place} place */
export const sightQuery = ({ scene }) => seeingPath({ scene }, OTHERS);

/**
 * Those that see the place, the best first, then the near ones that do not, by distance.
 * @param {NearThing[]} nearest
 * @param {Seeing} seeing
 * @returns {Ranked[]}
 */
export function ranked(nearest, { inside, rows }) {
  if (inside) return nearest.map((thing) => ({ thing, row: null }));
  const near = new Map(nearest.map((one) => [one.feature_id, one]));
  const said = new Map(rows.map((one) => [one.feature_id, one]));
  const seen = rows.filter((one) => one.visible).slice(0, MOST_SEEING);
  const first = seen.map((row) => ({ thing: near.get(row.feature_id) ?? asThing(row), row }));
  const others = nearest.filter((one) => !said.get(one.feature_id)?.visible).map((thing) => ({ thing, row: said.get(thing.feature_id) ?? null }));
  return [...first, ...others];
}

/** @param {SightRow} row @returns {NearThing} */
const asThing = ({ feature_id, idx, device_code, name, distance_m, position, building_id, storey_id }) => ({ feature_id, idx, device_code, name, distance_m, height_m: null, same_storey: false, same_building: false, scene: position, building_id, storey_id });

/**
 * @param {Room} room
 * @param {NearThing[]} nearest
 * @param {Promise<Seeing> | null} sight null: indoors
 * @param {(thing: NearThing, ...more: (Node | null)[]) => HTMLElement} line
 * @returns {HTMLElement}
 */
export function camerasNear(room, nearest, sight, line) {
  const { tr } = room.context;
  const status = h('p', { class: 'hint near-sight', role: 'status' }, tr.text(sight ? 'near.sightAsking' : 'near.sightIndoors'));
  const list = h('ul', { class: 'near-things' }, ...nearest.map((one) => h('li', {}, line(one))));
  const element = h('div', { class: 'near-cameras' }, status, list);
  const words = (/** @type {NearThing} */ thing, /** @type {SightRow | null} */ row, /** @type {Seeing} */ seeing) => {
    if (row?.visible) return seenWords(tr, row, seeing);
    const why = row ? blindWords(tr, row) : thing.storey_id && !seeing.inside ? tr.text('near.indoorCamera') : '';
    return why ? h('span', { class: 'near-where' }, why) : null;
  };
  const rank = (/** @type {Seeing} */ seeing) => {
    fill(status, seeingWords(tr, seeing), seeing.unverified && seeing.visible ? h('span', { class: 'near-where' }, tr.text('near.sightUnverified')) : null);
    fill(list, ...ranked(nearest, seeing).map(({ thing, row }) => h('li', { 'data-seen': row ? String(row.visible) : null }, line(thing, words(thing, row, seeing)))));
  };
  sight?.then(
    (seeing) => {
      if (!isTouched(element)) return rank(seeing);
      fill(status, tr.text('near.sightHeld'));
      return whenLeft(element, () => rank(seeing));
    },
    (fault) => fill(status, tr.text('near.sightFailed', { why: room.faultWords(fault) })),
  );
  return element;
}

/** What is around it, too: all of it moves when the list grows. @param {HTMLElement} element */
const around = (element) => element.closest('.near') ?? element;

/** @param {HTMLElement} element */
const isTouched = (element) => around(element).matches(':hover') || around(element).contains(document.activeElement);

/** @param {HTMLElement} element @param {() => void} then */
function whenLeft(element, then) {
  const place = around(element);
  const look = () => setTimeout(() => {
    if (isTouched(element)) return;
    for (const one of ['pointerleave', 'focusout']) place.removeEventListener(one, look);
    then();
  });
  for (const one of ['pointerleave', 'focusout']) place.addEventListener(one, look);
}
