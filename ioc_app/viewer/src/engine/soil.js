/** The cut face of the ground: walls of soil below the terrain along a section's sides and around a dig window. */
import { BufferGeometry, Color, DoubleSide, Float32BufferAttribute, Mesh, Raycaster, ShaderMaterial, Vector3 } from 'three';

/** @typedef {import('./types').DigWindow} DigWindow */
/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {[number, number]} Point */

const STEP_M = 4;
const MAX_SAMPLES = 160;
const WALL_M = 9;
const HIGH_M = 10_000;

const VERTEX = `
attribute float depth;
varying float vDepth;
varying float vHeight;
void main() {
  vDepth = depth;
  vHeight = position.z;
  gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.0);
}`;
const FRAGMENT = `
uniform vec3 uTop, uDeep;
uniform float uWall;
varying float vDepth;
varying float vHeight;
void main() {
  float share = clamp(vDepth / uWall, 0.0, 1.0);
  vec3 soil = mix(uTop, uDeep, smoothstep(0.0, 0.7, share));
  soil *= vDepth < 0.35 ? 0.72 : 1.0;
  float metre = fract(vHeight);
  float line = 1.0 - smoothstep(0.0, 2.0 * fwidth(vHeight), min(metre, 1.0 - metre));
  soil = mix(soil, soil * 0.7, line * (1.0 - smoothstep(0.2, 0.6, fwidth(vHeight))));
  gl_FragColor = vec4(soil, mix(0.82, 0.0, smoothstep(0.35, 1.0, share)));
  #include <colorspace_fragment>
}`;

/**
 * Points along a ring, close enough to follow the ground.
 * @param {Point[]} ring
 * @returns {Point[]} closed: the first again at the end
 */
export function sampleRing(ring) {
  const around = ring.reduce((sum, [x, y], i) => sum + Math.hypot(ring[(i + 1) % ring.length][0] - x, ring[(i + 1) % ring.length][1] - y), 0);
  const step = Math.max(STEP_M, around / MAX_SAMPLES);
  /** @type {Point[]} */
  const points = [];
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length];
    const count = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / step));
    for (let n = 0; n < count; n++) points.push([ax + ((bx - ax) * n) / count, ay + ((by - ay) * n) / count]);
  });
  return [...points, points[0]];
}

/**
 * @param {DigWindow} window
 * @returns {Point[]}
 */
export function ringOf(window) {
  if ('polygon' in window) return window.polygon;
  return Array.from({ length: 48 }, (_, i) => {
    const turn = (i / 48) * 2 * Math.PI;
    return [window.x + window.radius * Math.cos(turn), window.y + window.radius * Math.sin(turn)];
  });
}

/**
 * A strip of quads under the ground line, in stretches where there is ground.
 * @param {Point[]} points
 * @param {(x: number, y: number) => number | null} heightAt
 * @param {number} lowest the wall ends there
 * @param {number} highest nothing is drawn above
 * @returns {{positions: number[], depths: number[], indices: number[]}}
 */
export function wallStrip(points, heightAt, lowest, highest) {
  /** @type {number[]} */
  const positions = [];
  /** @type {number[]} */
  const depths = [];
  /** @type {number[]} */
  const indices = [];
  let before = false;
  for (const [x, y] of points) {
    const ground = heightAt(x, y);
    const top = ground === null ? null : Math.min(ground, highest);
    const bottom = top === null ? 0 : Math.max(top - WALL_M, lowest);
    if (top === null || ground === null || bottom >= top) {
      before = false;
      continue;
    }
    const at = depths.length;
    positions.push(x, y, top, x, y, bottom);
    depths.push(ground - top, ground - bottom);
    if (before) indices.push(at - 2, at - 1, at, at, at - 1, at + 1);
    before = true;
  }
  return { positions, depths, indices };
}

export class SoilWall {
  constructor() {
    this.material = new ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
      forceSinglePass: true,
      uniforms: { uTop: { value: new Color('#8a7355') }, uDeep: { value: new Color('#4a3f33') }, uWall: { value: WALL_M } },
    });
    this.mesh = new Mesh(new BufferGeometry(), this.material);
    this.mesh.frustumCulled = false;
    this.mesh.visible = false;
    this.mesh.renderOrder = 6;
  }

  /**
   * @param {Point[] | null} ring
   * @param {Mesh[]} ground terrain meshes
   * @param {number} [lowest]
   * @param {number} [highest]
   */
  build(ring, ground, lowest = -Infinity, highest = Infinity) {
    this.mesh.visible = ring !== null && ground.length > 0;
    if (!ring || ground.length === 0) return;
    const ray = new Raycaster(new Vector3(), new Vector3(0, 0, -1));
    const heightAt = (/** @type {number} */ x, /** @type {number} */ y) => {
      ray.ray.origin.set(x, y, HIGH_M);
      return ray.intersectObjects(ground, false)[0]?.point.z ?? null;
    };
    const { positions, depths, indices } = wallStrip(sampleRing(ring), heightAt, lowest, highest);
    this.mesh.geometry.dispose();
    const geometry = (this.mesh.geometry = new BufferGeometry());
    geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
    geometry.setAttribute('depth', new Float32BufferAttribute(depths, 1));
    geometry.setIndex(indices);
    this.mesh.visible = indices.length > 0;
  }

  dispose() {
    this.mesh.geometry.dispose();
    this.material.dispose();
  }
}
