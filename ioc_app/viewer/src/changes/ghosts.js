/** What is no longer there, as dashed lines where it was: it has no tiles in the model in use. */

/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {[Vec3, Vec3]} Segment */
/** @typedef {import('./shapes.js').Gone} Gone */

const DASH_M = 1.2;
const GAP_M = 0.8;
/** Half a side of the cross of a point. */
const CROSS_M = 0.8;
/** As many as the engine draws. */
const MOST = 20_000;

/**
 * Paths of a geometry: points have one vertex, areas their rings.
 * @param {Gone} gone
 * @param {number} otherwise_m height where neither the shape nor the ground has one
 * @returns {Vec3[][]}
 */
export function pathsOf({ geometry, ground }, otherwise_m) {
  let vertex = 0;
  /** @type {Vec3[][]} */
  const paths = [];
  /** @param {number[]} place @returns {Vec3} */
  const at = ([x, y, z]) => [x, y, z ?? ground?.[vertex++] ?? otherwise_m];
  /** @param {any} part nested as GeoJSON nests @param {boolean} single whether each vertex stands alone */
  const walk = (part, single) => {
    if (!part.length) return;
    if (typeof part[0] === 'number') paths.push([at(part)]);
    else if (typeof part[0][0] === 'number' && !single) paths.push(part.map(at));
    else for (const one of part) walk(one, single);
  };
  for (const one of geometry ? (geometry.geometries ?? [geometry]) : []) walk(one.coordinates ?? [], one.type === 'MultiPoint');
  return paths;
}

/**
 * Dashes of all of them; longer ones, where there would be too many. What is chosen is drawn through.
 * @param {Gone[]} removed
 * @param {number} otherwise_m
 * @param {string | null} [chosen] feature_id
 * @returns {Segment[]}
 */
export function ghostsOf(removed, otherwise_m, chosen = null) {
  const drawn = removed.map((one) => ({ paths: pathsOf(one, otherwise_m), whole: one.feature_id === chosen }));
  const metres = drawn.reduce((sum, { paths }) => sum + paths.reduce((all, path) => all + lengthOf(path), 0), 0);
  const scale = Math.max(1, metres / (DASH_M + GAP_M) / (MOST / 2));
  return drawn.flatMap(({ paths, whole }) => paths.flatMap((path) => (path.length < 2 ? cross(path[0]) : whole ? legs(path) : dashes(path, scale)))).slice(0, MOST);
}

/** @param {Vec3[]} path @returns {Segment[]} */
const legs = (path) => path.slice(1).map((to, n) => [path[n], to]);

/** @param {Segment} leg */
const way = ([a, b]) => Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);

/** @param {Vec3[]} path */
const lengthOf = (path) => legs(path).reduce((sum, leg) => sum + way(leg), 0);

/** @param {Vec3} place @returns {Segment[]} */
const cross = ([x, y, z]) => [
  [[x - CROSS_M, y - CROSS_M, z], [x + CROSS_M, y + CROSS_M, z]],
  [[x - CROSS_M, y + CROSS_M, z], [x + CROSS_M, y - CROSS_M, z]],
];

/** Each leg begins and ends with a dash, so that corners are seen. @param {Vec3[]} path @param {number} scale @returns {Segment[]} */
function dashes(path, scale) {
  return legs(path).flatMap((leg) => {
    const [a, b] = leg;
    const length = way(leg);
    const count = Math.max(1, Math.round((length / scale + GAP_M) / (DASH_M + GAP_M)));
    if (count === 1) return [leg];
    const share = DASH_M / (DASH_M + GAP_M);
    const period = length / (count - 1 + share);
    const dash = period * share;
    const on = (/** @type {number} */ metres) => /** @type {Vec3} */ (a.map((one, axis) => one + ((b[axis] - one) * Math.min(metres, length)) / length));
    return Array.from({ length: count }, (_, n) => /** @type {Segment} */ ([on(n * period), on(n * period + dash)]));
  });
}
