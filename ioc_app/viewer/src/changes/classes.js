/** The classes of a comparison: each has a sign beside its colour, since not everybody tells colours apart. */

/** @typedef {import('./shapes.js').Change} Change */
/** @typedef {[number, number, number]} Rgb */

export const CHANGES = /** @type {const} */ (['added', 'moved', 'changed', 'removed']);

/** @type {Record<Change | 'unchanged', string>} */
export const SIGNS = { added: '+', moved: '→', changed: '≠', removed: '−', unchanged: '=' };

/** Of those that moved: from how many metres on, and the colour of that. @type {readonly (readonly [from_m: number, colour: Rgb])[]} */
export const MOVED = [
  [0, [255, 214, 102]],
  [0.1, [240, 160, 0]],
  [1, [184, 84, 0]],
];

/** Of what moved, and nobody knows or may be told how far. @type {Rgb} */
const UNKNOWN = [196, 164, 132];

/** @type {Record<Exclude<Change, 'moved'> | 'unchanged', Rgb>} */
const COLOURS = { added: [0, 168, 118], changed: [47, 143, 230], removed: [235, 64, 70], unchanged: [126, 134, 146] };

/** @param {Rgb} colour */
export const css = (colour) => `rgb(${colour.join(', ')})`;

/** All colours of a class. @param {Change | 'unchanged'} change @returns {Rgb[]} */
export const coloursOf = (change) => (change === 'moved' ? MOVED.map(([, colour]) => colour) : [COLOURS[change]]);

/** How far something went, plan and height together; null where nobody knows. @param {number | null} plan_m @param {number | null} height_m */
export const farOf = (plan_m, height_m) => (plan_m === null && height_m === null ? null : Math.hypot(plan_m ?? 0, height_m ?? 0));

/** Which of `MOVED`. @param {number} far_m */
export const stepOf = (far_m) => MOVED.findLastIndex(([from]) => far_m >= from);

/** @param {Change} change @param {number | null} far_m @returns {Rgb} */
export const colourOf = (change, far_m) => (change !== 'moved' ? COLOURS[change] : far_m === null ? UNKNOWN : MOVED[stepOf(far_m)][1]);
