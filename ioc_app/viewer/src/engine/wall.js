/** How much larger names and markers are drawn on a wall, which is read from metres away. */

const WALL_WIDTH_PX = 2800;
const WALL_HEIGHT_PX = 1500;
const GROWN = 1.75;

/**
 * The same rule as for the panels (assets/chrome.css), so that a name on the map reads like one beside it.
 * @param {number} width of the canvas, CSS px
 * @param {number} height
 */
export const wallScale = (width, height) => (width >= WALL_WIDTH_PX && height >= WALL_HEIGHT_PX ? GROWN : 1);
