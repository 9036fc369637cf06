/** The sign of a level: its shape, colour and numeral. The outline keeps it visible on a light ground. */
import { s } from './dom.js';
import { LEVELS, stateOf } from '../engine/levels.js';

/** In a square of 24. @type {Record<string, string>} */
const PATHS = {
  square: 'M4 4h16v16H4z',
  diamond: 'M12 1 23 12 12 23 1 12z',
  triangle: 'M12 1.5 23.5 21.5H.5z',
  hexagon: 'M6.5 2h11L23.500 12 17.500 22h-11L.500 12z',
};

/** Decoration: its level stands in words beside it. @param {unknown} level @returns {SVGElement | null} null without a level */
export function levelSign(level) {
  const one = LEVELS[stateOf(level) - 1];
  if (!one) return null;
  return s(
    'svg',
    { class: 'level-sign', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    s('path', { d: PATHS[one.shape], fill: one.colour }),
    s('text', { x: 12, y: one.shape === 'triangle' ? 19.5 : 16.5, 'text-anchor': 'middle' }, one.numeral),
  );
}
