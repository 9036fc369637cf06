/**
 * Which features of a mesh are closed bodies. Only those have an inside that a cut can show; an open sheet has none.
 *
 * A surface is closed when its area vectors cancel and when its first moments are those of a volume (the divergence
 * theorem: the integral of n_i x_j is V on the diagonal and 0 beside it). Both hold whatever the triangulation is, so
 * corners that lie on a neighbour's edge or that were doubled for their normals do no harm; a tube without ends, whose
 * area vectors cancel too, fails the second.
 */
import { Int8BufferAttribute } from 'three';

/** @typedef {import('three').BufferGeometry} BufferGeometry */

/** What may be missing of a body's surface (and of its moments), as a share. */
const TOLERANCE = 2e-3;
/** Sums of one feature: area, area vector, moments, and the point they are taken about. */
const AREA = 0, VECTOR = 1, MOMENT = 4, ABOUT = 13, SUMS = 16;

/**
 * 1: closed, outside out; -1: closed, inside out; 0: open, or without a volume.
 * @param {ArrayLike<number>} sums
 * @param {number} at
 */
function signOf(sums, at) {
  const area = sums[at + AREA];
  const moment = (/** @type {number} */ row, /** @type {number} */ column) => sums[at + MOMENT + 3 * row + column];
  const volume = (moment(0, 0) + moment(1, 1) + moment(2, 2)) / 3;
  const limit = TOLERANCE * area;
  for (let row = 0; row < 3; row++) {
    if (Math.abs(sums[at + VECTOR + row]) > limit) return 0;
    for (let column = 0; column < 3; column++) {
      if (Math.abs(moment(row, column) - (row === column ? volume : 0)) > limit * Math.sqrt(area)) return 0;
    }
  }
  return Math.sign(volume);
}

/**
 * @param {Float64Array} sums
 * @param {number} at
 * @param {Float32Array} points
 * @param {[number, number, number]} corners offsets into points
 */
function addTriangle(sums, at, points, [a, b, c]) {
  if (sums[at + AREA] === 0) for (let k = 0; k < 3; k++) sums[at + ABOUT + k] = points[a + k];
  const [ux, uy, uz] = [points[b] - points[a], points[b + 1] - points[a + 1], points[b + 2] - points[a + 2]];
  const [vx, vy, vz] = [points[c] - points[a], points[c + 1] - points[a + 1], points[c + 2] - points[a + 2]];
  const normal = [(uy * vz - uz * vy) / 2, (uz * vx - ux * vz) / 2, (ux * vy - uy * vx) / 2];
  sums[at + AREA] += Math.hypot(normal[0], normal[1], normal[2]);
  for (let column = 0; column < 3; column++) {
    const centre = (points[a + column] + points[b + column] + points[c + column]) / 3 - sums[at + ABOUT + column];
    sums[at + VECTOR + column] += normal[column];
    for (let row = 0; row < 3; row++) sums[at + MOMENT + 3 * row + column] += normal[row] * centre;
  }
}

/**
 * @param {ArrayLike<number>} index three corners a triangle
 * @param {Float32Array} points three numbers a vertex
 * @param {ArrayLike<number>} feature of each vertex
 * @returns {Int8Array<ArrayBuffer>} of each vertex: 1 or -1 of a closed body (see signOf), else 0
 */
export function solidSigns(index, points, feature) {
  /** @type {Map<number, number>} */
  const rows = new Map();
  const rowOf = Uint32Array.from(feature, (one) => {
    const row = rows.get(one) ?? rows.size;
    if (row === rows.size) rows.set(one, row);
    return row;
  });
  const sums = new Float64Array(rows.size * SUMS);
  for (let i = 0; i < index.length; i += 3) {
    addTriangle(sums, rowOf[index[i]] * SUMS, points, [index[i] * 3, index[i + 1] * 3, index[i + 2] * 3]);
  }
  const signs = Int8Array.from({ length: rows.size }, (_, row) => signOf(sums, row * SUMS));
  return Int8Array.from(rowOf, (row) => signs[row]);
}

/** Adds the attribute `solid` to a tile's geometry, once. @param {BufferGeometry} geometry */
export function markSolids(geometry) {
  if (geometry.hasAttribute('solid')) return;
  const position = geometry.getAttribute('position');
  const points = new Float32Array(position.count * 3);
  for (let i = 0; i < position.count; i++) {
    points[i * 3] = position.getX(i);
    points[i * 3 + 1] = position.getY(i);
    points[i * 3 + 2] = position.getZ(i);
  }
  const index = geometry.index?.array ?? Uint32Array.from({ length: position.count }, (_, i) => i);
  geometry.setAttribute('solid', new Int8BufferAttribute(solidSigns(index, points, geometry.getAttribute('featureIdx').array), 1));
}
