/** Colours of the model in use: what differs by its class, everything else dimmed. */
import { coloursOf, colourOf, farOf } from './classes.js';

/** @typedef {import('../engine/types').Scene} Scene */

const DIMMED = 200; // of 255: how much of its own colour what is as it was loses

/**
 * `idx` count layer by layer in the order of scene.json. The terrain keeps its colours: a grid is not compared.
 * @param {Pick<Scene, 'layers' | 'features'>} scene
 * @param {import('./shapes.js').Classes} classes
 * @returns {{idx: Uint32Array, rgba: Uint8Array}}
 */
export function coloursFor({ layers, features }, { idx_in_use, change, moved_plan_m, moved_height_m }) {
  const known = layers.reduce((sum, one) => sum + one.features, 0) === features;
  /** @type {Map<number, readonly number[]>} */
  const colours = new Map();
  const dim = [...coloursOf('unchanged')[0], DIMMED];
  let first = 0;
  for (const layer of known ? layers : []) {
    if (layer.kind !== 'terrain') for (let n = 0; n < layer.features; n += 1) colours.set(first + n, dim);
    first += layer.features;
  }
  idx_in_use.forEach((idx, n) => {
    if (idx !== null) colours.set(idx, [...colourOf(change[n], farOf(moved_plan_m[n], moved_height_m[n])), 255]);
  });
  const rgba = new Uint8Array(colours.size * 4);
  [...colours.values()].forEach((colour, n) => rgba.set(colour, n * 4));
  return { idx: Uint32Array.from(colours.keys()), rgba };
}
