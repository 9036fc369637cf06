/** Cells of the ground, each in the colour of its class, as triangles that the engine draws. */
import { decodeF32, decodeU8 } from '../engine/base64.js';

/** @typedef {import('./shapes.js').Cells} Cells */

/** Above the ground, m: what is drawn of it is a little coarser than what was reckoned with. */
const LIFT_M = 0.35;
const OPACITY = 150;
const CORNERS = 6;

/** @param {string} colour #rrggbb */
const bytes = (colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/**
 * @param {Cells} cells
 * @param {(place: number) => string} colourOf of a class, counted from the most pixels on
 * @returns {import('../engine/types').Areas}
 */
export function areasOf({ west, north, cell_m, rows, columns, class: classes, corner_z }, colourOf) {
  const has = decodeU8(classes);
  const ground = decodeF32(corner_z);
  const seen = has.reduce((count, one) => count + (one ? 1 : 0), 0);
  const position = new Float32Array(seen * CORNERS * 3);
  const rgba = new Uint8Array(seen * CORNERS * 4);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const one = has[row * columns + column];
      if (!one) continue;
      const first = row * (columns + 1) + column;
      const heights = known([ground[first], ground[first + 1], ground[first + columns + 1], ground[first + columns + 2]]);
      const corner = (/** @type {number} */ n) => [west + (column + (n & 1)) * cell_m, north - (row + (n >> 1)) * cell_m, heights[n] + LIFT_M];
      const tint = [...bytes(colourOf(one - 1)), OPACITY];
      for (const n of [0, 2, 1, 1, 2, 3]) {
        position.set(corner(n), at * 3);
        rgba.set(tint, at * 4);
        at += 1;
      }
    }
  }
  return { position, rgba };
}

/** Where a corner's height is not known, the middle of the others. @param {number[]} heights */
function known(heights) {
  const sound = heights.filter((one) => !Number.isNaN(one));
  const middle = sound.reduce((sum, one) => sum + one, 0) / Math.max(1, sound.length);
  return heights.map((one) => (Number.isNaN(one) ? middle : one));
}

/** What the areas reach over, and the camera. @param {Float32Array} position @param {import('../engine/types').Vec3} camera @returns {import('../engine/types').Bbox} */
export function reach(position, camera) {
  const low = [...camera];
  const high = [...camera];
  position.forEach((one, n) => {
    low[n % 3] = Math.min(low[n % 3], one);
    high[n % 3] = Math.max(high[n % 3], one);
  });
  return /** @type {import('../engine/types').Bbox} */ ([...low, ...high]);
}
