/** Distances, areas and heights between picked points. */
import { Group } from 'three';
import { LabelLayer } from './labels.js';
import { ScreenLines } from './lines.js';

/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {import('./types').MeasureMode} MeasureMode */
/** @typedef {import('./types').Measurement} Measurement */

/** @param {Vec3} a @param {Vec3} b */
export const distance = (a, b) => Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
/** @param {Vec3} a @param {Vec3} b @returns {Vec3} */
const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];

/** @param {Vec3[]} points @returns {number} metres along the line */
export const pathLength = (points) => points.slice(1).reduce((sum, point, i) => sum + distance(points[i], point), 0);

/**
 * Area of the polygon in its own best plane (Newell's vector), so façades measure as well as yards.
 * @param {Vec3[]} points
 * @returns {number} m²
 */
export function polygonArea(points) {
  if (points.length < 3) return 0;
  const [ox, oy, oz] = points[0];
  const sum = [0, 0, 0];
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length];
    const [ax, ay, az, bx, by, bz] = [a[0] - ox, a[1] - oy, a[2] - oz, b[0] - ox, b[1] - oy, b[2] - oz];
    sum[0] += ay * bz - az * by;
    sum[1] += az * bx - ax * bz;
    sum[2] += ax * by - ay * bx;
  });
  return Math.hypot(...sum) / 2;
}

/** @type {Record<MeasureMode, (points: Vec3[]) => number>} */
const VALUES = {
  distance: pathLength,
  area: polygonArea,
  height: (points) => (points.length > 1 ? Math.abs(points[1][2] - points[0][2]) : 0),
};

/**
 * @param {MeasureMode} mode
 * @param {Vec3[]} points
 * @param {boolean} done
 * @returns {Measurement}
 */
export function measurement(mode, points, done) {
  const [a, b] = [points.at(-2) ?? points[0], points.at(-1) ?? points[0]];
  const plan = a && b ? Math.hypot(b[0] - a[0], b[1] - a[1]) : 0;
  return { mode, points, value: VALUES[mode](points), plan_m: plan, rise_m: a && b ? b[2] - a[2] : 0, done };
}

/** @param {number} value @param {MeasureMode} mode */
export function measureText(value, mode) {
  if (mode === 'area') return value >= 10_000 ? `${(value / 10_000).toFixed(3)} hm²` : `${value.toFixed(value < 100 ? 2 : 1)} m²`;
  return value >= 1000 ? `${(value / 1000).toFixed(3)} km` : `${value.toFixed(value < 100 ? 2 : 1)} m`;
}

/**
 * What is drawn: the legs, and for a height its upright and level helper.
 * @param {MeasureMode} mode
 * @param {Vec3[]} points
 * @returns {[Vec3, Vec3][]}
 */
function segments(mode, points) {
  if (mode === 'height' && points.length > 1) {
    /** @type {Vec3} */
    const corner = [points[0][0], points[0][1], points[1][2]];
    return [[points[0], corner], [corner, points[1]]];
  }
  /** @type {[Vec3, Vec3][]} */
  const legs = points.slice(1).map((point, i) => [points[i], point]);
  if (mode === 'area' && points.length > 2) legs.push([points[points.length - 1], points[0]]);
  return legs;
}

export class MeasureTool {
  /** @param {(result: Measurement | null) => void} onMeasure */
  constructor(onMeasure) {
    this.onMeasure = onMeasure;
    /** @type {MeasureMode | null} */
    this.mode = null;
    /** @type {Vec3[]} */
    this.points = [];
    this.done = false;
    this.halo = new ScreenLines('#0b1220', 3.2, { opacity: 0.55 });
    this.lines = new ScreenLines('#ffd166', 1.6);
    this.dots = new ScreenLines('#ffffff', 4.5);
    this.labels = new LabelLayer({ raise: 10 });
    this.group = new Group();
    this.group.add(this.halo.mesh, this.lines.mesh, this.dots.mesh, this.labels.mesh);
    this.dots.mesh.renderOrder = 51;
    this.halo.mesh.renderOrder = 49;
  }

  /** @param {MeasureMode | null} mode @param {boolean} [keep] what is drawn stands until the next one */
  setMode(mode, keep) {
    this.mode = mode;
    if (keep) return;
    this.points = [];
    this.done = false;
    this.draw(null);
    if (mode === null) this.onMeasure(null);
  }

  /** @param {Vec3} point */
  add(point) {
    if (this.mode === null) return;
    if (this.done) this.points = [];
    this.points.push(point);
    this.done = this.mode !== 'area' && this.mode !== 'distance' && this.points.length === 2;
    this.draw(null);
    this.onMeasure(measurement(this.mode, [...this.points], this.done));
  }

  /** Close the line or polygon (double click, Enter). */
  finish() {
    if (this.mode === null || this.points.length < 2 || this.done) return;
    this.done = true;
    this.draw(null);
    this.onMeasure(measurement(this.mode, [...this.points], true));
  }

  /** @param {Vec3 | null} pointer where the next point would be */
  draw(pointer) {
    const { mode } = this;
    const points = mode && pointer && !this.done && this.points.length > 0 ? [...this.points, pointer] : this.points;
    const legs = mode ? segments(mode, points) : [];
    this.lines.set(legs);
    this.halo.set(legs);
    this.dots.set(mode ? this.points.map((point) => [point, point]) : []);
    if (!mode || points.length < 2) return this.labels.set([]);
    const value = VALUES[mode](points);
    const last = points[points.length - 1];
    const text = measureText(value, mode);
    const total = { text: mode === 'distance' && points.length > 2 ? `Σ ${text}` : text, position: mode === 'area' ? centroid(points) : last, priority: 100 };
    const parts = mode === 'distance' && points.length > 2
      ? legs.map(([a, b]) => ({ text: measureText(distance(a, b), mode), position: middle(a, b), priority: 1 }))
      : [];
    return this.labels.set([total, ...parts]);
  }

  /**
   * @param {number} width CSS px
   * @param {number} height
   */
  resize(width, height) {
    for (const part of [this.halo, this.lines, this.dots, this.labels]) part.resize(width, height);
  }

  dispose() {
    for (const part of [this.halo, this.lines, this.dots, this.labels]) part.dispose();
  }
}

/** @param {Vec3[]} points @returns {Vec3} */
function centroid(points) {
  const sum = points.reduce((all, p) => [all[0] + p[0], all[1] + p[1], all[2] + p[2]], [0, 0, 0]);
  return [sum[0] / points.length, sum[1] / points.length, sum[2] / points.length];
}
