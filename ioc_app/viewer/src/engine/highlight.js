/** The selected feature shines through whatever covers it: a pipe under the ground, a duct behind a wall. */
import { DoubleSide, GreaterDepth, Mesh, ShaderMaterial } from 'three';
import { STATE_POSITION, STATE_VERTEX } from './shaders.js';

const FRAGMENT = `
uniform vec3 uAccent;
flat varying vec4 vTint;
flat varying float vMark;
varying vec3 vScene;
void main() {
  float stripe = step(0.5, fract((gl_FragCoord.x + gl_FragCoord.y) / 8.0));
  gl_FragColor = vec4(uAccent, 0.34 + 0.16 * stripe);
  #include <colorspace_fragment>
}`;

export class Highlight {
  /** @param {Record<string, {value: any}>} uniforms */
  constructor(uniforms) {
    this.idx = -1;
    /** @type {Map<Mesh, Mesh>} what is drawn for each tile mesh that holds the feature */
    this.shapes = new Map();
    this.material = new ShaderMaterial({
      defines: { PIPE: '' }, // what has no normals is no pipe
      uniforms: { ...uniforms, uStoreyed: { value: true } },
      vertexShader: `${STATE_VERTEX}
        void main() {
          vec3 transformed = position;
          ${STATE_POSITION}
          if (vMark < 0.9) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        }`,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthWrite: false,
      depthFunc: GreaterDepth,
      side: DoubleSide,
      forceSinglePass: true,
    });
  }

  /**
   * @param {number | null} idx
   * @param {Iterable<Mesh>} meshes
   */
  select(idx, meshes) {
    for (const shape of this.shapes.values()) shape.removeFromParent();
    this.shapes.clear();
    this.idx = idx ?? -1;
    if (idx !== null) for (const mesh of meshes) this.adopt(mesh);
  }

  /** A tile has arrived. @param {Mesh} mesh */
  adopt(mesh) {
    if (this.idx < 0 || !mesh.userData.features?.idx.includes(this.idx)) return;
    const shape = new Mesh(mesh.geometry, this.material);
    shape.frustumCulled = false;
    shape.renderOrder = 20;
    shape.raycast = () => undefined;
    mesh.add(shape);
    shape.updateMatrixWorld(true);
    this.shapes.set(mesh, shape);
  }

  /** @param {Mesh} mesh */
  forget(mesh) {
    this.shapes.delete(mesh);
  }

  dispose() {
    this.select(null, []);
    this.material.dispose();
  }
}
