/** What the stream does with the scene: live states, events, trails, heat; and what a click on their signs does. */
import { Vector3 } from 'three';
import { EngineCore } from './core.js';

/** @typedef {import('./types').Vec3} Vec3 */

/** A cluster whose things stand this close together cannot be taken apart, m. */
const ONE_PLACE_M = 1;
/** How near a flight to such a cluster ends, m. */
const NEAREST_M = 15;

export class LiveEngine extends EngineCore {
  /** @param {{idx: Uint32Array, state: Uint8Array, value?: Float32Array | null}} changes */
  setLive({ idx, state, value = null }) {
    const { content } = this;
    if (!content) return;
    const changed = content.overlays.live.merge(idx, state, value, content.setState);
    if (changed > 0) this.crowdChanged();
  }

  resetLive() {
    this.content?.overlays.live.reset(this.content.setState);
    this.crowdChanged();
  }

  /** @param {number} idx */
  liveOf(idx) {
    const live = this.content?.overlays.live;
    const value = live?.value[idx] ?? NaN;
    return { state: live?.state[idx] ?? 0, value: Number.isNaN(value) ? null : value };
  }

  /**
   * @param {ArrayLike<number>} idx
   * @param {ArrayLike<number>} state
   */
  updateMarkers(idx, state) {
    this.setLive({ idx: Uint32Array.from(idx), state: Uint8Array.from(state) });
  }

  /** @param {readonly import('./types').LiveEvent[]} events all of them */
  setEvents(events) {
    const found = this.content?.overlays.crowd.setEvents(events) ?? { unplaced: [] };
    this.invalidate();
    return found;
  }

  /** @param {readonly import('./types').Trail[]} trails all of them */
  setTrails(trails) {
    const { overlays } = this.content ?? {};
    overlays?.trails.set(trails, performance.now() / 1000, overlays.still);
    this.invalidate();
  }

  /**
   * @param {string} id
   * @param {Vec3} position
   * @param {number} t ms
   */
  moveTo(id, position, t) {
    const { overlays } = this.content ?? {};
    overlays?.trails.move(String(id), position, t, performance.now() / 1000, overlays.still);
    this.invalidate();
  }

  /** @param {import('./types').Heat | null} heat */
  setHeat(heat) {
    const legend = (this.scene && this.content?.overlays.heat.set(heat, this.scene)) ?? null;
    this.invalidate();
    return legend;
  }

  /** @param {import('./types').Areas | null} areas */
  layAreas(areas) {
    this.content?.overlays.areas.set(areas);
    this.invalidate();
  }

  /** @param {[Vec3, Vec3][]} segments @param {string} [colour] */
  drawLines(segments, colour = '#fff') {
    const { lines } = this.content?.overlays ?? {};
    lines?.setColour(colour);
    lines?.set(segments);
    this.invalidate();
  }

  /** @param {number} idx */
  markerAt(idx) {
    return this.content?.markers.standing(idx) ?? null;
  }

  clusters() {
    return this.content?.overlays.crowd.clusters() ?? [];
  }

  /**
   * @param {number} x CSS px
   * @param {number} y
   */
  signAt(x, y) {
    return this.content?.overlays.crowd.hit(x, y, (position) => this.projectPoint(new Vector3(...position))) ?? null;
  }

  /**
   * A click on a cluster or an event.
   * @param {import('./types').Hit} hit
   * @returns {boolean} whether it was one
   */
  clickedSign({ cluster, event, idx, position }) {
    if (event !== undefined) this.events.emit('event', { id: event, idx, position });
    if (!cluster) return event !== undefined;
    this.openCluster(cluster);
    this.events.emit('cluster', cluster);
    return true;
  }

  /** Comes so close that its things stand apart; where they all stand in one place, as close as one may look. @param {import('./types').Cluster} cluster */
  openCluster({ bbox, position }) {
    const { rig } = this;
    const [x0, y0, z0, x1, y1, z1] = bbox;
    const spread = Math.hypot(x1 - x0, y1 - y0, z1 - z0);
    const middle = /** @type {Vec3} */ (spread < ONE_PLACE_M ? position : [(x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2]);
    const away = rig.flat ? rig.metresPerPixel() * rig.height * 1.3 : rig.camera.position.distanceTo(new Vector3(...position));
    // framed, but always closer than now by half: things far behind each other may need more than one click
    const half = Math.min(Math.max(spread / 2, NEAREST_M * 0.35), away * 0.17) / Math.sqrt(3);
    const [x, y, z] = middle;
    rig.setView({ bbox: [x - half, y - half, z - half, x + half, y + half, z + half] }, true);
  }
}
