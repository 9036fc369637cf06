/** Outdoors: the cameras near a place in the order in which they show it, and why the others do not. */
import { h } from '../../ui/dom.js';
import { blindWords, seeingPath, seeingWords, seenWords } from '../../sight/rows.js';

/** @typedef {import('./shapes.js').NearThing} NearThing */
/** @typedef {import('../../sight/shapes.js').Seeing} Seeing */
/** @typedef {import('../../sight/shapes.js').SightRow} SightRow */
/** @typedef {import('./near_cameras.js').Answer} Answer */
/** @typedef {import('../../ui/i18n.js').Translator} Translator */

/** More than the near ones, so that each of them is told of. */
const OTHERS = 200;
/** How many that see it are listed. */
const MOST_SEEING = 8;

/** @param {import('../../engine/types').Vec3} scene */
export const outdoorsPath = (scene) => seeingPath({ scene }, OTHERS);

/**
 * Those that see the place, the best first, then the near ones that do not, by distance.
 * @param {NearThing[]} nearest
 * @param {Pick<Seeing, 'inside' | 'rows'>} seeing
 * @returns {{thing: NearThing, row: SightRow | null}[]} row null: nothing is known of it
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

/** @param {import('../../sight/shapes.js').Named & {distance_m: number}} row @returns {NearThing} */
export const asThing = ({ feature_id, idx, device_code, name, distance_m, position, building_id, storey_id }) => ({ feature_id, idx, device_code, name, distance_m, height_m: null, same_storey: false, same_building: false, scene: position, building_id, storey_id });

/** @param {Translator} tr @param {Seeing} seeing @param {NearThing[]} nearest @returns {Answer} */
export function outdoorsAnswer(tr, seeing, nearest) {
  const why = (/** @type {NearThing} */ thing, /** @type {SightRow | null} */ row) => (row ? blindWords(tr, row) : thing.storey_id && !seeing.inside ? tr.text('near.indoorCamera') : '');
  return {
    said: seeingWords(tr, seeing) + (seeing.unverified && seeing.visible ? tr.text('near.sightUnverified') : ''),
    lines: ranked(nearest, seeing).map(({ thing, row }) => ({ thing, seen: row?.visible ?? null, words: row?.visible ? seenWords(tr, row, seeing) : h('span', { class: 'near-where' }, why(thing, row)) })),
  };
}
