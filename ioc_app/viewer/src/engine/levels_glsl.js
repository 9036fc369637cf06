/** The table of levels for shaders. */
import { Color } from 'three';
import { ACKNOWLEDGED, LEVELS, SHAPES } from './levels.js';

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
