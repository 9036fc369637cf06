/** What was drawn on the model, as the server is asked about it. */

/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {[number, number]} Corner */

/**
 * Corners in plan. The double click that ends a drawing puts two points where one is meant, a hand's tremor apart.
 * @param {readonly Vec3[]} points
 * @param {number} least_m nearer ones are one
 * @param {boolean} closed whether the last is beside the first
 * @returns {Corner[]}
 */
export function cornersOf(points, least_m, closed) {
  const far = (/** @type {Corner} */ a, /** @type {Corner} */ b) => Math.hypot(a[0] - b[0], a[1] - b[1]) >= least_m;
  /** @type {Corner[]} */
  const kept = [];
  for (const [x, y] of points) {
    const last = kept.at(-1);
    if (!last || far(last, [x, y])) kept.push([x, y]);
  }
  while (closed && kept.length > 1 && !far(kept[0], /** @type {Corner} */ (kept.at(-1)))) kept.pop();
  return kept;
}

/** Metres along a line. @param {readonly Corner[]} corners */
export const lengthOf = (corners) => corners.slice(1).reduce((sum, [x, y], n) => sum + Math.hypot(x - corners[n][0], y - corners[n][1]), 0);

/** Square metres in plan (Gauss). @param {readonly Corner[]} corners */
export function areaOf(corners) {
  const twice = corners.reduce((sum, [x, y], n) => {
    const [x2, y2] = corners[(n + 1) % corners.length];
    return sum + x * y2 - x2 * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** The mean height of what was clicked, scene metres. @param {readonly Vec3[]} points */
export const heightOf = (points) => points.reduce((sum, one) => sum + one[2], 0) / Math.max(points.length, 1);
