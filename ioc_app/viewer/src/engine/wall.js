/** How much larger names and markers are drawn on a wall, which is read from metres away. */

/** Of the first row that fits, in CSS px: from this width and height on, by so much. @type {readonly [number, number, number][]} */
const WALLS = [
  [2800, 1500, 1.75],
  [3800, 0, 1.35], // spliced side by side: no higher than a desk's screen, and so no room for more
];

/** What somebody who composes the whole screen says instead. @type {{scale: number | null}} */
export const composed = { scale: null };

/**
 * The same rules as for the panels (assets/chrome.css), so that a name on the map reads like one beside it.
 * @param {number} width of the canvas, CSS px
 * @param {number} height
 */
export const wallScale = (width, height) => composed.scale ?? WALLS.find(([least_width, least_height]) => width >= least_width && height >= least_height)?.[2] ?? 1;
