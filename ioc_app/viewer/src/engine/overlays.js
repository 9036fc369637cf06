/** What lies over the campus while it lives: clusters, events, trails, heat, areas. One door to them for the engine's heart. */
import { Matrix4 } from 'three';
import { GroundAreas } from './areas.js';
import { Crowd } from './crowd.js';
import { HeatPlane } from './heat.js';
import { ScreenLines } from './lines.js';
import { LiveStates } from './live.js';
import { Trails } from './trails.js';

const PULSE_S = 1.4;
const PRUNE_MS = 5000;
const MOST_LINES = 20_000;

/** Those who want no motion get still rings and heads that jump. */
const wantsStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** A camera at rest trembles in the last digits of its position. @param {number[]} a @param {number[]} b */
const differ = (a, b) => a.some((one, i) => Math.abs(one - b[i]) > 1e-6 * Math.max(1, Math.abs(one)));

export class Overlays {
  /**
   * @param {import('./markerbook.js').MarkerBook} markers
   * @param {import('./states.js').FeatureStates} states
   * @param {Record<string, {value: any}>} uniforms
   * @param {() => void} invalidate
   */
  constructor(markers, states, uniforms, invalidate) {
    this.markers = markers;
    this.states = states;
    this.live = new LiveStates(states.features);
    this.crowd = new Crowd(markers, states, uniforms);
    this.trails = new Trails(uniforms);
    this.heat = new HeatPlane(uniforms);
    this.areas = new GroundAreas(uniforms);
    this.lines = new ScreenLines('#fff', 1.2, { capacity: MOST_LINES });
    this.objects = [this.crowd.badges.group, this.crowd.events.labels.mesh, this.crowd.events.stems.mesh, this.trails.mesh, this.heat.mesh, this.areas.mesh, this.lines.mesh];
    this.matrix = new Matrix4();
    /** The same when the crowd was looked at last. */
    this.looked = new Matrix4();
    this.still = wantsStill();
    this.moving = false;
    this.pruning = setInterval(() => this.trails.things.size > 0 && this.trails.prune(performance.now() / 1000) && invalidate(), PRUNE_MS);
  }

  /**
   * Before a frame.
   * @param {{camera: import('three').PerspectiveCamera | import('three').OrthographicCamera, width: number, height: number, isCut: (point: {x: number, y: number, z: number}) => boolean}} view
   */
  follow({ camera, width, height, isCut }) {
    const now = performance.now();
    this.matrix.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    if (differ(this.matrix.elements, this.looked.elements)) this.crowd.changed = true;
    if (this.crowd.due(now) === 0) {
      this.looked.copy(this.matrix);
      this.crowd.look({ matrix: this.matrix, pixelScale: (camera.projectionMatrix.elements[5] * height) / 2, width, height, isCut }, now);
      this.still = wantsStill();
    }
    const pulse = this.still ? -1 : (now / 1000 / PULSE_S) % 1;
    this.markers.tick(pulse);
    this.crowd.badges.tick(pulse);
    this.moving = this.trails.tick(now / 1000);
    this.heat.follow(this.states);
  }

  /** Whether the picture changes by itself. */
  get restless() {
    return this.moving || (!this.still && (this.markers.pulsing || this.crowd.pulsing));
  }

  /**
   * @param {number} width CSS px
   * @param {number} height
   */
  resize(width, height) {
    for (const part of [this.crowd.badges, this.crowd.events.labels, this.trails, this.lines]) part.resize(width, height);
    this.crowd.changed = true;
  }

  /** @param {'dark' | 'light'} theme */
  setTheme(theme) {
    this.crowd.badges.setTheme(theme);
    this.crowd.events.labels.setTheme(theme);
  }

  dispose() {
    clearInterval(this.pruning);
    for (const part of [this.crowd, this.trails, this.heat, this.areas, this.lines]) part.dispose();
  }
}
