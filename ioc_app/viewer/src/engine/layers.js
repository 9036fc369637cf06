/** The layers' meshes: which material each wears, what is shown, how much shines through. */
import { MeshLambertMaterial } from 'three';
import { idMaterial, isGround, layerMaterial, renderOrder, setOpacity, shadowMaterial, throwsShadow } from './materials.js';

/** @typedef {import('./types').SceneLayer} SceneLayer */
/** @typedef {import('./types').LayerKind} LayerKind */
/** @typedef {import('three').Mesh} Mesh */
/** @typedef {{kind: LayerKind, colour: string, visible: boolean, opacity: number, materials: Map<string, MeshLambertMaterial>, id: import('three').Material, shadow: import('three').Material}} LayerLook */

const NO_LAYER = 255;

export class LayerBook {
  /**
   * @param {SceneLayer[]} layers
   * @param {number} features
   * @param {Record<string, {value: any}>} uniforms
   */
  constructor(layers, features, uniforms) {
    this.uniforms = uniforms;
    this.ids = layers.map((layer) => layer.id);
    this.ofIdx = new Uint8Array(features).fill(NO_LAYER);
    this.groundOpacity = 1;
    /** @type {Map<string, LayerLook>} */
    this.looks = new Map(layers.map((layer) => [layer.id, this.look(layer)]));
    /** @type {Map<string, Set<Mesh>>} */
    this.meshes = new Map();
  }

  /** @param {SceneLayer} layer @returns {LayerLook} */
  look(layer) {
    const { kind, colour, visible, opacity = 1 } = layer;
    const [id, shadow] = [idMaterial(kind, this.uniforms), shadowMaterial(kind, this.uniforms)];
    return { kind, colour, visible, opacity, materials: new Map(), id, shadow };
  }

  /**
   * @param {Mesh} mesh
   * @param {string} layerId
   * @param {Uint32Array | null} idx of its features
   */
  adopt(mesh, layerId, idx) {
    const look = this.looks.get(layerId);
    if (!look) return;
    const number = this.ids.indexOf(layerId);
    for (const one of idx ?? []) if (one < this.ofIdx.length) this.ofIdx[one] = number;
    const { geometry } = mesh;
    const translucent = /** @type {import('three').Material} */ (mesh.material).transparent; // alphaMode BLEND: glass
    mesh.material = this.material(look, { flat: !geometry.hasAttribute('normal'), coloured: geometry.hasAttribute('color'), translucent });
    mesh.renderOrder = renderOrder(look.kind) + (translucent ? 0.5 : 0);
    mesh.frustumCulled = false; // the tiles are culled already, and a storey may stand lifted out of its box
    mesh.visible = look.visible;
    mesh.castShadow = throwsShadow(look.kind) && !translucent && look.opacity > 0.5;
    mesh.receiveShadow = look.kind !== 'pipe';
    mesh.customDepthMaterial = look.shadow;
    mesh.userData.layerId = layerId;
    const meshes = this.meshes.get(layerId) ?? new Set();
    this.meshes.set(layerId, meshes.add(mesh));
  }

  /** @param {Mesh} mesh */
  forget(mesh) {
    this.meshes.get(mesh.userData.layerId)?.delete(mesh);
  }

  /**
   * @param {LayerLook} look
   * @param {{flat: boolean, coloured: boolean, translucent: boolean}} mesh
   */
  material(look, mesh) {
    const key = JSON.stringify(mesh);
    let material = look.materials.get(key);
    if (!material) {
      material = layerMaterial(look.kind, this.uniforms, { ...mesh, colour: look.colour });
      look.materials.set(key, material);
      this.applyOpacity(look);
    }
    return material;
  }

  /** @param {LayerLook} look */
  applyOpacity(look) {
    for (const material of look.materials.values()) setOpacity(material, this.effectiveOpacity(look), isGround(look.kind));
  }

  /** @param {LayerLook} look */
  effectiveOpacity(look) {
    return look.opacity * (isGround(look.kind) ? this.groundOpacity : 1);
  }

  /**
   * @param {string} layerId
   * @param {boolean} visible
   */
  setVisible(layerId, visible) {
    const look = this.looks.get(layerId);
    if (!look) return;
    look.visible = visible;
    for (const mesh of this.meshes.get(layerId) ?? []) mesh.visible = visible;
  }

  /**
   * @param {string} layerId
   * @param {number} opacity
   */
  setOpacity(layerId, opacity) {
    const look = this.looks.get(layerId);
    if (!look) return;
    look.opacity = Math.min(1, Math.max(0, opacity));
    this.applyOpacity(look);
    for (const mesh of this.meshes.get(layerId) ?? []) if (throwsShadow(look.kind)) mesh.castShadow = look.opacity > 0.5;
  }

  /** @param {number} opacity */
  setGroundOpacity(opacity) {
    this.groundOpacity = Math.min(1, Math.max(0, opacity));
    for (const look of this.looks.values()) this.applyOpacity(look);
  }

  /** @param {number} idx @returns {string} empty when no tile or marker file has brought it yet */
  layerOf(idx) {
    return this.ids[this.ofIdx[idx] ?? NO_LAYER] ?? '';
  }

  /**
   * What is shown of all layers of a kind.
   * @param {LayerKind} kind
   */
  meshesOf(kind) {
    const shown = [...this.looks].filter(([, look]) => look.kind === kind && look.visible);
    return shown.flatMap(([id]) => [...(this.meshes.get(id) ?? [])].filter((mesh) => mesh.parent));
  }

  /** Whether a cut through the mesh may show an inside; the ground has soil instead. @param {Mesh} mesh */
  mayBeSolid(mesh) {
    const look = this.looks.get(mesh.userData.layerId);
    return look !== undefined && look.visible && look.kind !== 'terrain';
  }

  /** @param {Mesh} mesh */
  of(mesh) {
    /** @type {import('./foreign.js').ForeignSet | undefined} */
    const foreign = mesh.userData.foreign;
    if (foreign) return { layerId: '', tilesetId: foreign.id, ground: true, seeThrough: foreign.opacity < 0.999, idMaterial: foreign.idMaterial };
    const layerId = mesh.userData.layerId ?? '';
    const look = this.looks.get(layerId);
    if (!look) return { layerId, tilesetId: null, ground: false, seeThrough: false, idMaterial: [...this.looks.values()][0].id };
    const opacity = this.effectiveOpacity(look);
    return { layerId, tilesetId: null, ground: isGround(look.kind), seeThrough: opacity < 0.999, idMaterial: look.id };
  }

  dispose() {
    for (const look of this.looks.values()) {
      look.id.dispose();
      look.shadow.dispose();
      for (const material of look.materials.values()) material.dispose();
    }
  }
}
