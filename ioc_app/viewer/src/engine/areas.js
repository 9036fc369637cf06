/** Coloured areas on the ground: triangles that whoever shows them has laid there, see-through, in one mesh. */
import { BufferAttribute, BufferGeometry, DoubleSide, Mesh, ShaderMaterial } from 'three';

const VERTEX = `
attribute vec4 tint;
varying vec4 vTint;
varying vec3 vScene;
void main() {
  vTint = tint;
  vScene = position;
  gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.0);
}`;
const FRAGMENT = `
uniform bool uCut;
uniform vec3 uCutMin, uCutMax;
varying vec4 vTint;
varying vec3 vScene;
void main() {
  if (uCut && (any(lessThan(vScene, uCutMin)) || any(greaterThan(vScene, uCutMax)))) discard;
  gl_FragColor = vTint;
}`;

export class GroundAreas {
  /** @param {Record<string, {value: any}>} uniforms */
  constructor(uniforms) {
    const material = new ShaderMaterial({
      vertexShader: VERTEX, fragmentShader: FRAGMENT, transparent: true, depthWrite: false, side: DoubleSide, forceSinglePass: true,
      polygonOffset: true, polygonOffsetFactor: -4, polygonOffsetUnits: -8, uniforms,
    });
    this.mesh = new Mesh(new BufferGeometry(), material);
    this.mesh.renderOrder = 6; // over zones, under everything that has a sign
    this.mesh.frustumCulled = this.mesh.visible = false;
  }

  /** @param {import('./types').Areas | null} areas */
  set(areas) {
    const { geometry } = this.mesh;
    geometry.dispose();
    this.mesh.visible = areas !== null;
    if (!areas) return;
    geometry.setAttribute('position', new BufferAttribute(areas.position, 3));
    geometry.setAttribute('tint', new BufferAttribute(areas.rgba, 4, true));
  }

  dispose() {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
