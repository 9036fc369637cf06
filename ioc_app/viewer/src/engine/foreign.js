/**
 * 3D Tiles sets that others made: drawn with their own materials, standing where the scene's matrix says, cut by the
 * section and the dig window like everything else.
 */
import { Matrix4 } from 'three';
import { TileLoader } from './loader.js';
import { foreignIdMaterial, patchCut } from './materials.js';

/** @typedef {import('three').Material} Material */

export class ForeignSet {
  /**
   * @param {import('./core.js').EngineCore} engine
   * @param {string} url absolute
   * @param {import('./types').TilesetOptions} options
   * @param {number} number of the set among those attached
   */
  constructor(engine, url, { id = '', matrix, visible = true, opacity = 1 }, number) {
    this.id = id;
    this.visible = visible;
    this.opacity = opacity;
    this.uniforms = engine.uniforms;
    this.idMaterial = foreignIdMaterial(number, engine.uniforms);
    this.loader = new TileLoader(url, {
      onMesh: (mesh) => this.adopt(mesh),
      onChange: () => engine.invalidate(),
      onError: (error) => engine.failed('tileset', error),
    }, engine.surface.errorPx, engine.draco);
    const { group } = this.loader;
    if (matrix) new Matrix4().fromArray(matrix).decompose(group.position, group.quaternion, group.scale);
    group.updateMatrixWorld(true);
    group.visible = visible;
  }

  /** @param {import('three').Mesh} mesh */
  adopt(mesh) {
    mesh.userData.foreign = this;
    for (const material of /** @type {Material[]} */ ([mesh.material].flat())) this.prepare(material);
  }

  /** @param {Material} material */
  prepare(material) {
    if (material.userData.own) return; // shared by meshes of one tile
    material.userData.own = { opacity: material.opacity, transparent: material.transparent, depthWrite: material.depthWrite };
    // glTF's default is a metal, and a metal without surroundings to mirror is black
    if ('metalness' in material && !(/** @type {any} */ (material).metalnessMap)) material.metalness = 0;
    patchCut(material, this.uniforms);
    this.fade(material);
  }

  /** @param {Material} material */
  fade(material) {
    const { own } = material.userData;
    const through = this.opacity < 0.999;
    if (material.transparent !== (own.transparent || through)) material.needsUpdate = true;
    material.opacity = own.opacity * this.opacity;
    material.transparent = own.transparent || through;
    material.depthWrite = own.depthWrite && !through;
  }

  /** @param {boolean} visible */
  setVisible(visible) {
    this.visible = this.loader.group.visible = visible;
  }

  /** @param {number} opacity */
  setOpacity(opacity) {
    this.opacity = Math.min(1, Math.max(0, opacity));
    for (const mesh of this.loader.meshes) for (const material of /** @type {Material[]} */ ([mesh.material].flat())) this.fade(material);
  }

  dispose() {
    this.loader.dispose();
    this.idMaterial.dispose();
  }
}
