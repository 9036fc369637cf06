/**
 * What lies under a point of the screen. A ray against the resting triangles is quick and gives the normal; while the shader
 * hides or moves features a 1×1 render of ids says what is really drawn there.
 */
import { Box3, FloatType, Mesh, NearestFilter, Plane, Raycaster, RGBAFormat, Vector2, Vector3, WebGLRenderTarget } from 'three';
import { acceleratedRaycast, MeshBVH } from 'three-mesh-bvh';
import { NO_IDX } from './loader.js';

/** @typedef {import('./types').Hit} Hit */
/** @typedef {import('./types').Vec3} Vec3 */
/**
 * @typedef {object} PickSource
 * @property {() => Iterable<import('three').Mesh>} meshes drawn now
 * @property {(mesh: import('three').Mesh) => {layerId: string, tilesetId: string | null, ground: boolean, seeThrough: boolean, idMaterial: import('three').Material}} of
 * @property {(idx: number) => string} layerOf
 * @property {(number: number) => string | null} tilesetOf
 * @property {(point: Vector3, ground: boolean) => boolean} isCut
 * @property {() => Iterable<import('three').Mesh>} cutMeshes what the section box may cut through
 * @property {import('./states.js').FeatureStates} states
 */

/** Triangles above which a mesh gets a bounding volume tree, made when a ray first meets it. */
const TREE_TRIANGLES = 20_000;
/** As in the shader of the cut faces: a face on the side of the box itself is outside. */
const COPLANAR_M = 0.004;

/** @param {import('three').BufferGeometry} geometry */
const triangles = (geometry) => (geometry.index?.count ?? geometry.getAttribute('position').count) / 3;

export class Picker {
  /**
   * @param {import('three').WebGLRenderer} renderer
   * @param {import('three').Scene} scene
   * @param {PickSource} source
   */
  constructor(renderer, scene, source) {
    this.renderer = renderer;
    this.scene = scene;
    this.source = source;
    this.raycaster = new Raycaster();
    this.target = new WebGLRenderTarget(1, 1, { type: FloatType, format: RGBAFormat, minFilter: NearestFilter, magFilter: NearestFilter });
    this.texel = new Float32Array(4);
  }

  /**
   * @param {number} ndcX
   * @param {number} ndcY
   * @param {import('three').Camera} camera
   */
  aim(ndcX, ndcY, camera) {
    this.raycaster.setFromCamera(new Vector2(ndcX, ndcY), camera);
    return this.raycaster.ray;
  }

  /**
   * @param {number} ndcX
   * @param {number} ndcY
   * @param {import('three').Camera} camera
   * @returns {Hit | null}
   */
  byRay(ndcX, ndcY, camera) {
    this.aim(ndcX, ndcY, camera);
    const meshes = [...this.source.meshes()];
    for (const mesh of meshes) prepare(mesh);
    /** @type {Hit | null} */
    let through = null;
    for (const hit of this.raycaster.intersectObjects(meshes, false)) {
      const mesh = /** @type {Mesh} */ (hit.object);
      const { layerId, tilesetId, ground, seeThrough } = this.source.of(mesh);
      if (this.source.isCut(hit.point, ground)) continue;
      const found = toHit(hit, mesh, layerId, tilesetId);
      if (!ground || !seeThrough) return through !== null && ground ? through : found;
      through ??= found;
    }
    return through;
  }

  /**
   * The body whose cut face lies under the pointer: of those that hold the point where the ray enters the section box, the
   * one that ends first.
   * @param {number} ndcX
   * @param {number} ndcY
   * @param {import('three').Camera} camera
   * @param {{min: Vec3, max: Vec3}} section
   * @returns {Hit | null}
   */
  onCap(ndcX, ndcY, camera, section) {
    const { origin, direction } = this.aim(ndcX, ndcY, camera);
    const box = new Box3(new Vector3(...section.min), new Vector3(...section.max));
    const entry = box.containsPoint(origin) ? null : this.raycaster.ray.intersectBox(box, new Vector3());
    if (!entry) return null;
    const meshes = [...this.source.cutMeshes()].filter((mesh) => mesh.geometry.hasAttribute('solid'));
    for (const mesh of meshes) prepare(mesh);
    /** @type {{distance: number, hit: Hit} | null} */
    let first = null;
    for (const lift of this.source.states.lifts()) {
      origin.copy(entry).addScaledVector(direction, COPLANAR_M);
      origin.z -= lift;
      const hits = this.raycaster.intersectObjects(meshes, false).filter((hit) => this.source.states.isDrawnAt(featureOf(hit), lift));
      const found = innermost(hits, direction);
      if (!found || (first && first.distance <= found.distance)) continue;
      const idx = featureOf(found);
      const normal = sideOf(entry, box);
      first = { distance: found.distance, hit: { idx, position: [entry.x, entry.y, entry.z], layerId: this.source.layerOf(idx), tilesetId: null, normal } };
    }
    return first?.hit ?? null;
  }

  /**
   * @param {number} x CSS px
   * @param {number} y
   * @param {number} width of the canvas
   * @param {number} height
   * @param {import('three').PerspectiveCamera | import('three').OrthographicCamera} camera
   * @returns {Hit | null}
   */
  byId(x, y, width, height, camera) {
    const meshes = [...this.source.meshes()];
    const seeThrough = meshes.filter((mesh) => this.source.of(mesh).seeThrough && this.source.of(mesh).ground);
    const solid = meshes.filter((mesh) => !seeThrough.includes(mesh));
    camera.setViewOffset(width, height, x, y, 1, 1);
    const found = this.renderIds(solid, camera) ?? this.renderIds(seeThrough, camera);
    camera.clearViewOffset();
    return found;
  }

  /**
   * @param {Mesh[]} meshes
   * @param {import('three').Camera} camera
   * @returns {Hit | null}
   */
  renderIds(meshes, camera) {
    if (meshes.length === 0) return null;
    const { renderer, scene, texel } = this;
    const drawn = new Set(meshes);
    /** @type {[import('three').Object3D, boolean][]} */
    const hidden = [];
    const materials = meshes.map((mesh) => mesh.material);
    scene.traverse((child) => {
      if ('geometry' in child && !drawn.has(/** @type {Mesh} */ (child)) && child.visible) {
        hidden.push([child, child.visible]);
        child.visible = false;
      }
    });
    for (const mesh of meshes) mesh.material = this.source.of(mesh).idMaterial;
    const before = renderer.getRenderTarget();
    renderer.setRenderTarget(this.target);
    renderer.setClearColor(0x000000, 0);
    renderer.clear();
    renderer.render(scene, camera);
    renderer.readRenderTargetPixels(this.target, 0, 0, 1, 1, texel);
    renderer.setRenderTarget(before);
    meshes.forEach((mesh, i) => (mesh.material = materials[i]));
    for (const [child, visible] of hidden) child.visible = visible;
    const [code, x, y, z] = texel;
    if (Math.abs(code) < 0.5) return null;
    const idx = code > 0 ? Math.round(code - 1) : null; // what an attached tileset draws has no number of its own
    return {
      idx,
      position: [x, y, z],
      layerId: idx === null ? '' : this.source.layerOf(idx),
      tilesetId: idx === null ? this.source.tilesetOf(Math.round(-code)) : null,
      normal: null,
    };
  }

  /**
   * Where the pointer's ray meets a level plane: for panning and coordinates beyond the terrain.
   * @param {number} ndcX
   * @param {number} ndcY
   * @param {import('three').Camera} camera
   * @param {number} z
   * @returns {Vec3 | null}
   */
  onLevel(ndcX, ndcY, camera, z) {
    const point = this.aim(ndcX, ndcY, camera).intersectPlane(new Plane(new Vector3(0, 0, 1), -z), new Vector3());
    return point ? [point.x, point.y, point.z] : null;
  }

  dispose() {
    this.target.dispose();
  }
}

/** @param {Mesh} mesh */
function prepare(mesh) {
  const geometry = /** @type {any} */ (mesh.geometry);
  if (geometry.boundsTree || triangles(geometry) < TREE_TRIANGLES) return;
  geometry.boundsTree = new MeshBVH(geometry, { indirect: true });
  mesh.raycast = acceleratedRaycast;
}

/** @param {import('three').Intersection} hit @returns {number} idx of the feature hit */
const featureOf = (hit) => /** @type {Mesh} */ (hit.object).geometry.getAttribute('featureIdx').getX(hit.face?.a ?? 0);

/**
 * The nearest surface of the bodies that the ray starts in: a body is left once more often than it is entered.
 * @param {import('three').Intersection[]} hits nearest first
 * @param {Vector3} direction
 */
function innermost(hits, direction) {
  /** @type {Map<number, number>} */
  const left = new Map();
  for (const hit of hits) {
    const mesh = /** @type {Mesh} */ (hit.object);
    const outwards = hit.face?.normal.clone().transformDirection(mesh.matrixWorld).dot(direction) ?? 0;
    const sign = Math.sign(outwards) * mesh.geometry.getAttribute('solid').getX(hit.face?.a ?? 0);
    left.set(featureOf(hit), (left.get(featureOf(hit)) ?? 0) + sign);
  }
  return hits.find((hit) => (left.get(featureOf(hit)) ?? 0) > 0);
}

/**
 * The outward direction of the side of the box that a point lies on.
 * @param {Vector3} point
 * @param {Box3} box
 * @returns {Vec3}
 */
function sideOf(point, { min, max }) {
  const away = /** @type {const} */ (['x', 'y', 'z']).flatMap((axis, i) => [
    { off: Math.abs(point[axis] - min[axis]), normal: [0, 1, 2].map((n) => (n === i ? -1 : 0)) },
    { off: Math.abs(point[axis] - max[axis]), normal: [0, 1, 2].map((n) => (n === i ? 1 : 0)) },
  ]);
  return /** @type {Vec3} */ (away.sort((a, b) => a.off - b.off)[0].normal);
}

/**
 * @param {import('three').Intersection} hit
 * @param {Mesh} mesh
 * @param {string} layerId
 * @param {string | null} tilesetId
 * @returns {Hit}
 */
function toHit(hit, mesh, layerId, tilesetId) {
  const idx = mesh.geometry.getAttribute('featureIdx').getX(hit.face?.a ?? 0);
  const normal = hit.face?.normal.clone().transformDirection(mesh.matrixWorld);
  return {
    idx: idx === NO_IDX ? null : idx,
    position: [hit.point.x, hit.point.y, hit.point.z],
    layerId,
    tilesetId,
    normal: normal ? [normal.x, normal.y, normal.z] : null,
  };
}
