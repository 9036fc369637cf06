/** Indoors: which cameras of the storey see a place, by the regions that its plan gives them. */
import { h } from '../../ui/dom.js';
import { asThing } from './near_outdoors.js';

/** @typedef {import('./shapes.js').NearThing} NearThing */
/** @typedef {import('../../sight/shapes.js').Coverage} Coverage */
/** @typedef {import('./near_cameras.js').Answer} Answer */

/**
 * Whether a point is within an odd number of rings.
 * @param {import('../../ui/api.js').Ring[]} rings
 * @param {number} x
 * @param {number} y
 */
export function isWithin(rings, x, y) {
  let within = false;
  for (const ring of rings) {
    ring.forEach(([x1, y1], n) => {
      const [x0, y0] = ring.at(n - 1) ?? [x1, y1];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) within = !within;
    });
  }
  return within;
}

/** @param {string} storeyId */
export const indoorsPath = (storeyId) => `/sight/coverage/${encodeURIComponent(storeyId)}`;

/**
 * Those of the storey that see it, the nearest first, then the near ones as they were.
 * @param {import('../../ui/i18n.js').Translator} tr
 * @param {Pick<Coverage, 'cameras'>} coverage
 * @param {import('../../engine/types').Vec3} scene
 * @param {NearThing[]} nearest
 * @returns {Answer}
 */
export function indoorsAnswer(tr, { cameras }, [x, y], nearest) {
  const near = new Map(nearest.map((one) => [one.feature_id, one]));
  const far = (/** @type {Coverage['cameras'][number]} */ { position }) => (position ? Math.hypot(position[0] - x, position[1] - y) : 0);
  const seeing = cameras.filter(({ rings }) => isWithin(rings, x, y)).map((one) => near.get(one.feature_id) ?? asThing({ ...one, distance_m: far(one) }));
  seeing.sort((one, other) => one.distance_m - other.distance_m);
  const [here, sees] = [new Set(cameras.map((one) => one.feature_id)), new Set(seeing.map((one) => one.feature_id))];
  const others = nearest.filter((one) => !sees.has(one.feature_id));
  return {
    said: tr.text(seeing.length ? 'near.indoors' : 'near.indoorsNobody', { asked: cameras.length, count: seeing.length }),
    lines: [
      ...seeing.map((thing) => ({ thing, seen: true, words: h('span', { class: 'sight-seen' }, h('strong', {}, tr.text('near.sees'))) })),
      ...others.map((thing) => ({ thing, seen: here.has(thing.feature_id) ? false : null, words: h('span', { class: 'near-where' }, tr.text(here.has(thing.feature_id) ? 'near.seesNot' : 'near.elsewhere')) })),
    ],
  };
}
