/** The only module that knows 3d-tiles-renderer: a tileset in, meshes with a feature index out. */
import { Box3, Sphere, Uint32BufferAttribute } from 'three';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { TilesRenderer } from '3d-tiles-renderer/three';
import { GLTFCesiumRTCExtension } from '3d-tiles-renderer/three/plugins';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { CampusMetadata, vertexIdx } from './metadata.js';

/** @typedef {import('./metadata.js').FeatureIndex} FeatureIndex */
/**
 * @typedef {object} LoaderEvents
 * @property {(mesh: import('three').Mesh, layerId: string | null, features: FeatureIndex | null) => void} onMesh
 * @property {(mesh: import('three').Mesh) => void} [onGone]
 * @property {() => void} [onShown] other tiles are on screen now
 * @property {() => void} onChange something arrived, left or wants an update
 * @property {(error: Error, url: string) => void} onError
 */

const GIBIBYTE = 2 ** 30;
/** No feature: attached tilesets carry none of ours. */
export const NO_IDX = 0xffffffff;

/** Buildings that are pulled apart stay loaded when the camera follows their upper storeys out of their own boxes. */
class KeepInView {
  constructor() {
    this.name = 'KEEP_IN_VIEW';
    /** @type {Box3[]} */
    this.boxes = [];
    this.sphere = new Sphere();
  }

  /**
   * @param {any} tile of 3d-tiles-renderer
   * @param {{inView: boolean, error: number, distance: number}} target
   */
  calculateTileViewError(tile, target) {
    if (this.boxes.length === 0) return false;
    tile.engineData.boundingVolume.getSphere(this.sphere);
    if (!this.boxes.some((box) => box.containsPoint(this.sphere.center))) return false;
    Object.assign(target, { inView: true, error: Number.MAX_SAFE_INTEGER, distance: 0 });
    return true;
  }
}

/**
 * @param {import('three').BufferGeometry} geometry
 * @param {FeatureIndex | null} features
 * @param {string} attribute
 */
function bindFeatures(geometry, features, attribute) {
  const rows = geometry.getAttribute(attribute);
  const count = geometry.getAttribute('position').count;
  let idx = new Uint32Array(count).fill(NO_IDX);
  if (features && rows) {
    const flat = new Uint32Array(rows.count);
    for (let i = 0; i < rows.count; i++) flat[i] = rows.getX(i);
    idx = vertexIdx(flat, features.idx);
  }
  if (rows) geometry.deleteAttribute(attribute);
  geometry.setAttribute('featureIdx', new Uint32BufferAttribute(idx, 1));
}

export class TileLoader {
  /**
   * @param {string} url of a tileset.json
   * @param {LoaderEvents} events
   * @param {number} errorPx how wrong a tile may be on screen before its children are drawn
   * @param {import('three/addons/loaders/DRACOLoader.js').DRACOLoader | null} draco for a set of others, whose metadata say nothing of our features
   */
  constructor(url, events, errorPx, draco = null) {
    this.events = events;
    /** @type {Set<import('three').Mesh>} */
    this.meshes = new Set();
    /** @type {Set<import('three').Object3D>} */
    this.shown = new Set();
    this.keepInView = new KeepInView();
    this.rootRead = false;
    const tiles = (this.tiles = new TilesRenderer(url));
    const gltf = new GLTFLoader(tiles.manager);
    gltf.setMeshoptDecoder(MeshoptDecoder);
    gltf.register((/** @type {any} */ parser) => /** @type {any} */ (draco ? new GLTFCesiumRTCExtension() : new CampusMetadata(parser)));
    if (draco) gltf.setDRACOLoader(draco);
    tiles.manager.addHandler(/\.(gltf|glb)$/, gltf);
    tiles.registerPlugin(this.keepInView);
    tiles.lruCache.maxSize = 40_000;
    tiles.lruCache.minSize = 20_000;
    tiles.lruCache.minBytesSize = GIBIBYTE;
    tiles.lruCache.maxBytesSize = 2 * GIBIBYTE;
    tiles.errorTarget = errorPx;
    this.group = tiles.group;
    this.listen();
  }

  listen() {
    const { tiles, events } = this;
    tiles.addEventListener('load-model', ({ scene }) => this.adopt(scene));
    tiles.addEventListener('dispose-model', ({ scene }) => {
      scene.traverse((child) => {
        const mesh = /** @type {import('three').Mesh} */ (child);
        if (this.meshes.delete(mesh)) events.onGone?.(mesh);
      });
    });
    tiles.addEventListener('tile-visibility-change', ({ scene, visible }) => {
      this.shown[visible ? 'add' : 'delete'](scene);
      events.onShown?.();
    });
    for (const name of /** @type {const} */ (['needs-update', 'load-root-tileset', 'tile-visibility-change', 'tiles-load-end'])) {
      tiles.addEventListener(name, () => events.onChange());
    }
    tiles.addEventListener('load-root-tileset', () => (this.rootRead = true));
    tiles.addEventListener('load-error', ({ error, url, tile }) => {
      if (tile === null) this.rootRead = true; // nothing more will come
      events.onError(error, String(url));
    });
  }

  /** @param {import('three').Object3D} scene */
  adopt(scene) {
    const layerId = scene.userData.layerId ?? null;
    /** @type {import('three').Mesh[]} */
    const meshes = []; // gathered first: listeners may hang more objects under a mesh
    scene.traverse((child) => {
      const mesh = /** @type {import('three').Mesh} */ (child);
      if (mesh.isMesh || 'isPoints' in mesh) meshes.push(mesh);
    });
    for (const mesh of meshes) {
      const features = mesh.userData.features ?? null;
      bindFeatures(mesh.geometry, features, mesh.userData.featureAttribute ?? '_feature_id_0');
      mesh.userData.root = scene;
      this.meshes.add(mesh);
      this.events.onMesh(mesh, layerId, features);
    }
    this.events.onChange();
  }

  /** The meshes (points cannot be picked) on screen now, whether or not their layer is shown. */
  *visibleMeshes() {
    for (const mesh of this.meshes) if (mesh.isMesh && this.shown.has(mesh.userData.root)) yield mesh;
  }

  /**
   * @param {import('three').Camera} camera
   * @param {number} width px
   * @param {number} height px
   */
  update(camera, width, height) {
    const { tiles } = this;
    if (!tiles.hasCamera(camera)) {
      for (const other of [...tiles.cameras]) tiles.deleteCamera(other);
      tiles.setCamera(camera);
    }
    tiles.setResolution(camera, width, height);
    tiles.update();
  }

  get progress() {
    return this.tiles.loadProgress;
  }

  /** Whether everything this view wants has arrived (or failed). */
  get settled() {
    const { tiles } = this;
    return this.rootRead && tiles.loadProgress === 1;
  }

  /** @returns {Box3} empty until the root has been read */
  bounds() {
    const box = new Box3();
    this.tiles.getBoundingBox(box);
    return box;
  }

  dispose() {
    this.tiles.dispose();
    this.meshes.clear();
    this.shown.clear();
  }
}
