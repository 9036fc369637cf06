/**
 * The states of live things and what each looks like: one table for markers, clusters, events, trails and their labels.
 * A level has its colour, its shape and its numeral, so that colour is never the only sign.
 */
import { Color } from 'three';

/** @typedef {'circle' | 'square' | 'diamond' | 'triangle' | 'hexagon'} Shape */

/** In the order of their numbers in the shader. @type {readonly Shape[]} */
export const SHAPES = ['circle', 'square', 'diamond', 'triangle', 'hexagon'];

/** By level from 1: the mildest first. @type {readonly {name: string, numeral: string, colour: string, shape: Shape}[]} */
export const LEVELS = [
  { name: 'C', numeral: 'IV', colour: '#4b90f3', shape: 'square' },
  { name: 'B', numeral: 'III', colour: '#f3cb27', shape: 'diamond' },
  { name: 'A', numeral: 'II', colour: '#f98619', shape: 'triangle' },
  { name: 'major', numeral: 'I', colour: '#ed2730', shape: 'hexagon' },
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

/** @param {string} colour */
const glsl = (colour) => `vec3(${new Color(colour).toArray().map((part) => part.toFixed(4)).join(', ')})`;
const per = LEVELS.length + 1;

/** The same table for shaders, and the shapes themselves in a square of ±1. */
export const LEVELS_GLSL = `
const vec3 LEVEL_COLOUR[${per}] = vec3[${per}](vec3(0.2), ${LEVELS.map(({ colour }) => glsl(colour)).join(', ')});
const float LEVEL_SHAPE[${per}] = float[${per}](0.0, ${LEVELS.map(({ shape }) => SHAPES.indexOf(shape).toFixed(1)).join(', ')});
int levelOf(float state) { return int(state > ${ACKNOWLEDGED}.5 ? state - ${ACKNOWLEDGED}.0 : state < ${LEVELS.length}.5 ? state : 0.0); }
bool isNews(float state) { return state > 0.5 && state < ${LEVELS.length}.5; }
bool isAcknowledged(float state) { return state > ${ACKNOWLEDGED}.5; }

float shapeDistance(vec2 p, float shape) {
  if (shape < 0.5) return length(p) - 0.86;
  if (shape < 1.5) { vec2 q = abs(p) - 0.56; return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - 0.2; }
  if (shape < 2.5) return (abs(p.x) + abs(p.y) - 1.12) * 0.707 - 0.08;
  if (shape < 3.5) { p.y += 0.22; return max(abs(p.x) * 0.866 + p.y * 0.5, -p.y) - 0.56; }
  p = abs(p);
  return max(p.x * 0.866 + p.y * 0.5, p.y) - 0.82;
}

/* The ring around news: it runs outwards, or stands still for those who want no motion (time below 0). */
float newsRing(vec2 p, float time) {
  float at = time < 0.0 ? 0.35 : fract(time);
  float ring = 1.0 - smoothstep(0.0, 0.16, abs(length(p) - mix(0.9, 2.4, at)));
  return ring * (time < 0.0 ? 0.85 : 1.0 - at);
}
`;
