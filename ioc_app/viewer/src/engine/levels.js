/**
 * The states of live things and what each looks like: one table for markers, clusters, events, trails and their labels.
 * A level has its colour, its shape and its numeral, so that colour is never the only sign. `twin/model/levels.py` has the
 * same (a test reads both); why these, says decision 0029.
 */
/** @typedef {'circle' | 'square' | 'diamond' | 'triangle' | 'hexagon'} Shape */

/** In the order of their numbers in the shader. @type {readonly Shape[]} */
export const SHAPES = ['circle', 'square', 'diamond', 'triangle', 'hexagon'];

/** By level from 1: the mildest first. @type {readonly {name: string, numeral: string, colour: string, shape: Shape}[]} */
export const LEVELS = [
  { name: 'C', numeral: 'IV', colour: '#4da3ff', shape: 'square' },
  { name: 'B', numeral: 'III', colour: '#ffd83d', shape: 'diamond' },
  { name: 'A', numeral: 'II', colour: '#ff8c1a', shape: 'triangle' },
  { name: 'major', numeral: 'I', colour: '#ff4d4f', shape: 'hexagon' },
];
export const NORMAL = 0;
/** 1 to 4 are levels that nobody has acknowledged, then come what is silent and what is old. */
export const OFFLINE = 5;
export const STALE = 6;
/** An acknowledged level is its level and this: 7 to 10. */
export const ACKNOWLEDGED = 6;
export const LAST_STATE = ACKNOWLEDGED + LEVELS.length;

/** By state: the larger is the worse. What is acknowledged comes just below its like. */
export const RANKS = Uint8Array.of(0, 4, 6, 8, 10, 2, 1, 3, 5, 7, 9);

/** @param {number} state @returns {number} 1 to 4, 0 without an alarm */
export const levelOf = (state) => (state > ACKNOWLEDGED ? state - ACKNOWLEDGED : state <= LEVELS.length ? state : 0);
/** @param {number} state whether it is an alarm that nobody has acknowledged */
export const isNews = (state) => state > NORMAL && state <= LEVELS.length;

/**
 * The state of what others call by name or number; a level nobody knows is none.
 * @param {unknown} level 1 to 4, `C`, `B`, `A`, `major`
 * @param {boolean} [acknowledged]
 */
export function stateOf(level, acknowledged = false) {
  const number = typeof level === 'string' ? LEVELS.findIndex(({ name }) => name === level) + 1 : Number(level);
  if (!LEVELS[number - 1]) return NORMAL;
  return acknowledged ? number + ACKNOWLEDGED : number;
}
