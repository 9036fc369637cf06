/** What is cut away: the section box and the dig window. The shader discards, a ray asks here. */
import { Group } from 'three';
import { boxEdges, ScreenLines } from './lines.js';
import { ringOf, SoilWall } from './soil.js';

/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {import('./types').DigWindow} DigWindow */

const MAX_CORNERS = 32;

/**
 * @param {[number, number][]} ring
 * @param {number} x
 * @param {number} y
 */
export function inRing(ring, x, y) {
  let inside = false;
  ring.forEach(([bx, by], i) => {
    const [ax, ay] = ring[(i + ring.length - 1) % ring.length];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/**
 * @param {DigWindow} window
 * @param {number} x
 * @param {number} y
 */
export const inWindow = (window, x, y) =>
  'polygon' in window ? inRing(window.polygon, x, y) : Math.hypot(x - window.x, y - window.y) < window.radius;

export class Cuts {
  /** @param {Record<string, {value: any}>} uniforms */
  constructor(uniforms) {
    this.uniforms = uniforms;
    /** @type {{min: Vec3, max: Vec3} | null} */
    this.box = null;
    /** @type {DigWindow | null} */
    this.window = null;
    this.edges = new ScreenLines('#35d0ff', 1.1, { opacity: 0.75, depthTest: true });
    this.group = new Group();
    this.sectionSoil = new SoilWall();
    this.digSoil = new SoilWall();
    this.soilIsOld = false;
    this.group.add(this.edges.mesh, this.sectionSoil.mesh, this.digSoil.mesh);
  }

  /** Before a frame: the walls follow the ground, when it or the cut has changed. @param {import('three').Mesh[]} ground */
  buildSoil(ground) {
    if (!this.soilIsOld) return;
    this.soilIsOld = false;
    const { box, window } = this;
    const [x0, y0, z0] = box?.min ?? [0, 0, 0];
    const [x1, y1, z1] = box?.max ?? [0, 0, 0];
    this.sectionSoil.build(box && [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], ground, z0, z1);
    this.digSoil.build(window && ringOf(window), ground);
  }

  /** @param {{min: Vec3, max: Vec3} | null} box */
  section(box) {
    this.box = box;
    this.soilIsOld = true;
    this.uniforms.uCut.value = box !== null;
    if (box) {
      this.uniforms.uCutMin.value.set(...box.min);
      this.uniforms.uCutMax.value.set(...box.max);
    }
    this.edges.set(box ? boxEdges(box.min, box.max) : []);
  }

  /** @param {DigWindow | null} window */
  dig(window) {
    if (window && 'polygon' in window && (window.polygon.length < 3 || window.polygon.length > MAX_CORNERS)) {
      throw new RangeError(`digWindow: a polygon has 3 to ${MAX_CORNERS} corners, not ${window.polygon.length}`);
    }
    this.window = window;
    this.soilIsOld = true;
    const { uDigCorners, uDigRound, uDigPolygon } = this.uniforms;
    uDigCorners.value = window === null ? 0 : 'polygon' in window ? window.polygon.length : 1;
    if (window && 'polygon' in window) window.polygon.forEach(([x, y], i) => uDigPolygon.value[i].set(x, y));
    else if (window) uDigRound.value.set(window.x, window.y, window.radius);
  }

  /**
   * @param {{x: number, y: number, z: number}} point
   * @param {boolean} ground
   */
  isCut(point, ground) {
    const { box, window } = this;
    if (box && ['x', 'y', 'z'].some((axis, i) => point[/** @type {'x'} */ (axis)] < box.min[i] || point[/** @type {'x'} */ (axis)] > box.max[i])) return true;
    return ground && window !== null && inWindow(window, point.x, point.y);
  }

  dispose() {
    this.sectionSoil.dispose();
    this.digSoil.dispose();
    this.edges.dispose();
  }
}
