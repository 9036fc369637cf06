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
  /** @param {Record<string, {value: any}>} uniforms */
  constructor(uniforms) {
    this.uniforms = uniforms;
    this.group = new Group();
    /** @type {Map<string, MarkerLayer>} */
    this.layers = new Map();
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

  /**
   * @param {ArrayLike<number>} idx
   * @param {ArrayLike<number>} state
   */
  update(idx, state) {
    for (const layer of this.layers.values()) layer.update(idx, state);
  }

  get pulsing() {
    return [...this.layers.values()].some((layer) => layer.group.visible && layer.pulsing > 0);
  }

  /** @param {number} seconds */
  tick(seconds) {
    for (const layer of this.layers.values()) layer.own.uTime.value = seconds;
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
