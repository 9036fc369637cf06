/** The colours of an answer on the model; whoever colours by something else takes them away. */

/** @typedef {import('../ui/context.js').Context} Context */

/** Red, amber, blue: each beside its word in the answer. @type {Record<'segment' | 'beyond' | 'valve' | 'traced', [number, number, number]>} */
export const PAINT = { segment: [230, 60, 60], beyond: [245, 166, 35], valve: [90, 200, 250], traced: [90, 200, 250] };

/** @param {[number, number, number]} colour */
export const css = (colour) => `rgb(${colour.join(', ')})`;

/**
 * Later ones lie over earlier ones.
 * @param {Context} context
 * @param {[number[], [number, number, number]][]} parts idx and colour
 */
export function paint({ engine, actions }, parts) {
  /** @type {Map<number, [number, number, number]>} */
  const colours = new Map(parts.flatMap(([idx, colour]) => idx.map((one) => /** @type {const} */ ([one, colour]))));
  void actions.colourBy(null);
  const rgba = new Uint8Array(colours.size * 4);
  [...colours.values()].forEach((colour, n) => rgba.set([...colour, 255], n * 4));
  engine.colourBy({ idx: Uint32Array.from(colours.keys()), rgba });
}

/** @param {Context} context */
export function clear({ actions }) {
  void actions.colourBy(null);
}
