/** All marker layers together: loading, live states, hit tests. */
import { Group } from 'three';
import { MarkerLayer } from './markers.js';

/** @typedef {import('./types').SceneLayer} SceneLayer */
/** @typedef {import('./types').Hit} Hit */

/**
 * @template T
 * @param {string} url
 * @returns {Promise<T>}
 */
export async function fetchJson(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  return answer.json();
}

export class MarkerBook {
  /**
   * @param {Record<string, {value: any}>} uniforms
   * @param {number} features size of the idx space
   */
  constructor(uniforms, features) {
    this.uniforms = uniforms;
    this.group = new Group();
    /** @type {Map<string, MarkerLayer>} */
    this.layers = new Map();
    /** The same in the order of their slots: every marker of the scene has one, a layer's rows follow each other. @type {{first: number, end: number, layer: MarkerLayer, layerId: string}[]} */
    this.shelves = [];
    this.count = 0;
    /** The slot of each feature, -1 of what is no marker. */
    this.slotOf = new Int32Array(features).fill(-1);
    this.width = this.height = 1;
  }

  /**
   * @param {SceneLayer} layer
   * @param {string} url
   * @param {import('./types').Language} language
   * @returns {Promise<MarkerLayer>}
   */
  async load(layer, url, language) {
    const markers = new MarkerLayer(layer, await fetchJson(url), this.uniforms, language);
    markers.resize(this.width, this.height);
    markers.group.visible = layer.visible;
    this.layers.set(layer.id, markers);
    this.shelves.push({ first: this.count, end: this.count + markers.idx.length, layer: markers, layerId: layer.id });
    markers.idx.forEach((idx, row) => {
      if (idx < this.slotOf.length) this.slotOf[idx] = this.count + row;
    });
    this.count += markers.idx.length;
    this.group.add(markers.group);
    return markers;
  }

  /**
   * @param {string} layerId
   * @param {boolean} visible
   */
  setVisible(layerId, visible) {
    const layer = this.layers.get(layerId);
    if (layer) layer.group.visible = visible;
  }

  /** @param {number} slot */
  shelfOf(slot) {
    return /** @type {typeof this.shelves[number]} */ (this.shelves.find(({ end }) => slot < end));
  }

  /**
   * @param {number} idx
   * @param {number} state
   */
  setState(idx, state) {
    const slot = this.slotOf[idx];
    if (slot < 0) return;
    for (const shelf of this.shelves) if (slot < shelf.end) return shelf.layer.setState(slot - shelf.first, state);
  }

  /**
   * Where a device is drawn, on a storey that is lifted too.
   * @param {number} idx
   * @param {import('./states.js').FeatureStates} states
   * @returns {import('./types').Vec3 | null} null: it is no marker
   */
  placeOf(idx, states) {
    const slot = this.slotOf[idx] ?? -1;
    if (slot < 0) return null;
    const { layer, first } = this.shelfOf(slot);
    const [x, y, z] = layer.position.subarray((slot - first) * 3, (slot - first) * 3 + 3);
    return [x, y, z + states.liftOf(idx)];
  }

  /**
   * Where a device is, whatever is lifted, and the number of its storey (0: outdoors).
   * @param {number} idx
   * @returns {{position: import('./types').Vec3, storey: number} | null} null: it is no marker
   */
  standing(idx) {
    const slot = this.slotOf[idx] ?? -1;
    if (slot < 0) return null;
    const { layer, first } = this.shelfOf(slot);
    const [x, y, z] = layer.position.subarray((slot - first) * 3, (slot - first) * 3 + 3);
    return { position: [x, y, z], storey: layer.storey[slot - first] };
  }

  get pulsing() {
    return [...this.layers.values()].some((layer) => layer.group.visible && layer.pulsing > 0);
  }

  /** @param {number} pulse as newsRing takes it */
  tick(pulse) {
    for (const layer of this.layers.values()) layer.own.uTime.value = pulse;
  }

  /**
   * @param {number} x CSS px
   * @param {number} y
   * @param {(point: import('three').Vector3) => {x: number, y: number, depth: number, pixelsPerMetre: number} | null} project
   * @param {import('./states.js').FeatureStates} states
   * @param {(point: import('three').Vector3) => boolean} isCut
   * @returns {(Hit & {depth: number, onlyInSight: boolean}) | null}
   */
  hit(x, y, project, states, isCut) {
    /** @type {(Hit & {depth: number, onlyInSight: boolean}) | null} */
    let best = null;
    for (const [layerId, layer] of this.layers) {
      if (!layer.group.visible) continue;
      const found = layer.hit(x, y, project, (row, point) => {
        const idx = layer.idx[row];
        point.z += states.liftOf(idx);
        return states.isShown(idx) && !isCut(point);
      });
      if (!found || (best && best.depth <= found.depth)) continue;
      best = { idx: layer.idx[found.row], position: found.point.toArray(), layerId, tilesetId: null, normal: null, depth: found.depth, onlyInSight: found.onlyInSight };
    }
    return best;
  }

  /**
   * @param {number} width CSS px
   * @param {number} height
   */
  resize(width, height) {
    this.width = width;
    this.height = height;
    for (const layer of this.layers.values()) layer.resize(width, height);
  }

  /** @param {import('./types').Language} language */
  setLanguage(language) {
    for (const layer of this.layers.values()) layer.setLanguage(language);
  }

  dispose() {
    for (const layer of this.layers.values()) layer.dispose();
  }
}
