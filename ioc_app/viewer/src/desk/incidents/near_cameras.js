/**
 * The cameras near a place: at once by distance, then those first that really show it, the best before the others, which
 * say why they do not. Nothing is put in another order under a pointer or a focus: that waits until they have gone.
 */
import { fill, h } from '../../ui/dom.js';
import { indoorsAnswer, indoorsPath } from './near_indoors.js';
import { outdoorsAnswer, outdoorsPath } from './near_outdoors.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./shapes.js').NearThing} NearThing */
/** @typedef {Partial<import('../../live/incidents.js').IncidentPlace>} Place */
/** What is known of the cameras of a place: how many see it, and each with its words. @typedef {{said: string, lines: {thing: NearThing, seen: boolean | null, words: HTMLElement}[]}} Answer */
/** Answers once it is known what cameras see there; null: nobody knows where it is. @typedef {Promise<(nearest: NearThing[]) => Answer> | null} Sight */

/** @param {import('../../ui/context.js').Context} context @param {Place} place @returns {Sight} */
export function sightOf({ api, tr }, { scene, storey_id }) {
  if (!scene) return null;
  const found = storey_id
    ? api.get(indoorsPath(storey_id)).then((coverage) => (/** @type {NearThing[]} */ nearest) => indoorsAnswer(tr, coverage, scene, nearest))
    : api.get(outdoorsPath(scene)).then((seeing) => (/** @type {NearThing[]} */ nearest) => outdoorsAnswer(tr, seeing, nearest));
  found.catch(() => {}); // said where it is waited for
  return found;
}

/**
 * @param {Room} room
 * @param {NearThing[]} nearest
 * @param {Sight} sight
 * @param {(thing: NearThing, ...more: (Node | null)[]) => HTMLElement} line
 * @returns {HTMLElement}
 */
export function camerasNear(room, nearest, sight, line) {
  const { tr } = room.context;
  const status = h('p', { class: 'hint near-sight', role: 'status' }, sight && tr.text('near.sightAsking'));
  const list = h('ul', { class: 'near-things' }, ...nearest.map((one) => h('li', {}, line(one))));
  const element = h('div', { class: 'near-cameras' }, status, list);
  const rank = (/** @type {Answer} */ { said, lines }) => {
    fill(status, said);
    fill(list, ...lines.map(({ thing, seen, words }) => h('li', { 'data-seen': seen === null ? null : String(seen) }, line(thing, words))));
  };
  sight?.then(
    (answer) => {
      if (!isTouched(element)) return rank(answer(nearest));
      fill(status, tr.text('near.sightHeld'));
      return whenLeft(element, () => rank(answer(nearest)));
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
