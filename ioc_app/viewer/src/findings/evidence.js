/** Evidence as what a pen draws: points, lines and the rings of areas, whatever the shape was. */

/** @typedef {import('./shapes.js').Vec3} Vec3 */
/** @typedef {import('./shapes.js').GeoJson} GeoJson */
/** `areas`: of each its rings. @typedef {{points: Vec3[], lines: Vec3[][], areas: Vec3[][][]}} Parts */
/** @typedef {{x: number, y: number}} OnScreen */

/** @param {GeoJson | null} shape @returns {Parts} */
export function partsOf(shape) {
  /** @type {Parts} */
  const parts = { points: [], lines: [], areas: [] };
  take(shape, parts);
  return parts;
}

/** @param {GeoJson | null} shape @param {Parts} parts */
function take(shape, parts) {
  const { type, coordinates, geometries } = shape ?? {};
  if (type === 'GeometryCollection') geometries?.forEach((one) => take(one, parts));
  else if (!coordinates?.length) return; // nothing, or an empty one
  else if (type === 'Point') parts.points.push(coordinates);
  else if (type === 'MultiPoint') parts.points.push(...coordinates);
  else if (type === 'LineString') parts.lines.push(coordinates);
  else if (type === 'MultiLineString') parts.lines.push(...coordinates);
  else if (type === 'Polygon') parts.areas.push(coordinates);
  else if (type === 'MultiPolygon') parts.areas.push(...coordinates);
}

/**
 * A line as it is seen: what is behind the camera breaks it.
 * @param {Vec3[]} line
 * @param {(position: Vec3) => OnScreen | null} project
 * @returns {OnScreen[][]}
 */
export function seenLine(line, project) {
  /** @type {OnScreen[][]} */
  const runs = [[]];
  for (const corner of line) {
    const at = project(corner);
    if (at) runs[runs.length - 1].push(at);
    else if (runs[runs.length - 1].length) runs.push([]);
  }
  return runs.filter((one) => one.length > 1);
}

/**
 * The mark under the pointer: the nearest within reach, of equally near ones the first.
 * @param {(OnScreen | null)[]} marks null: not on the screen
 * @param {number} x
 * @param {number} y
 * @param {number} reach_px
 * @returns {number} its place, -1: none
 */
export function markAt(marks, x, y, reach_px) {
  let best = -1;
  let nearest = reach_px;
  marks.forEach((one, n) => {
    const away = one ? Math.hypot(one.x - x, one.y - y) : Infinity;
    if (away < nearest || (away === nearest && best < 0)) [best, nearest] = [n, away];
  });
  return best;
}
