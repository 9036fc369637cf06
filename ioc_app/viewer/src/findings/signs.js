/** The sign of a severity: shape, colour and letter, so that none has to be known by its colour alone. Not those of alarm levels. */
import { s } from '../ui/dom.js';

/** @typedef {import('./shapes.js').Severity} Severity */

/** In a square of 24; the letter's middle. @type {Record<Severity, {path: string, colour: string, letter: string, at: number}>} */
export const SIGNS = {
  error: { path: 'M8 2h8l6 6v8l-6 6H8l-6-6V8z', colour: '#d92d3a', letter: '×', at: 12 },
  warning: { path: 'M12 2 23 22H1z', colour: '#b86e00', letter: '!', at: 15 },
  info: { path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z', colour: '#2f6fd0', letter: 'i', at: 12 },
};

/** Decoration: its severity stands in words beside it. @param {Severity} severity @returns {SVGElement} */
export function sign(severity) {
  const { path, colour, letter, at } = SIGNS[severity];
  return s(
    'svg',
    { class: 'finding-sign', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    s('path', { d: path, fill: colour }),
    s('text', { x: 12, y: at + 5.5, 'text-anchor': 'middle' }, letter),
  );
}

/** The same as a picture that is drawn many times. @param {Severity} severity @param {number} size_px @param {number} ratio device pixels a CSS pixel */
export function stamp(severity, size_px, ratio) {
  const { path, colour, letter, at } = SIGNS[severity];
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.ceil(size_px * ratio);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.scale(canvas.width / 26, canvas.width / 26);
  pen.translate(1, 1);
  const outline = new Path2D(path);
  Object.assign(pen, { lineWidth: 2, lineJoin: 'round', strokeStyle: '#fff', fillStyle: colour, textAlign: 'center', textBaseline: 'middle', font: 'bold 15px sans-serif' });
  pen.fill(outline);
  pen.stroke(outline);
  pen.fillStyle = '#fff';
  pen.fillText(letter, 12, at + 1);
  return canvas;
}
