/** Thin lines from places up to the labels over them; they are told by the labels themselves where and whether. */
import { Color, DynamicDrawUsage, Float32BufferAttribute, InstancedBufferAttribute, InstancedBufferGeometry, Mesh, ShaderMaterial } from 'three';
import { LEVELS, levelOf } from './levels.js';

const CALM = '#9db4c0';

const VERTEX = `
attribute vec3 labelAt;
attribute float labelShown;
attribute vec3 stemColour;
uniform vec2 uViewport;
uniform float uRaise;
flat varying vec3 vColour;
varying vec2 vAt;
void main() {
  vec4 at = projectionMatrix * viewMatrix * vec4(labelAt, 1.0);
  vAt = vec2(position.x * 2.0, position.y * 0.5 + 0.5);
  vColour = stemColour;
  at.xy += vec2(vAt.x, vAt.y * (uRaise + 3.0)) / uViewport * at.w;
  gl_Position = labelShown > 0.5 ? at : vec4(2.0, 2.0, 2.0, 1.0);
}`;
const FRAGMENT = `
flat varying vec3 vColour;
varying vec2 vAt;
void main() {
  float edge = 1.0 - smoothstep(0.4, 1.6, abs(vAt.x));
  gl_FragColor = vec4(vColour, edge * 0.95);
  #include <colorspace_fragment>
}`;

export class Stems {
  /** @param {import('./labels.js').LabelLayer} labels */
  constructor(labels) {
    this.labels = labels;
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, -1, 0, 1, 1, 0, -1, 1, 0], 3));
    geometry.setAttribute('labelAt', labels.at);
    geometry.setAttribute('labelShown', labels.shown);
    this.colour = new InstancedBufferAttribute(new Float32Array(labels.at.count * 3), 3).setUsage(DynamicDrawUsage);
    geometry.setAttribute('stemColour', this.colour);
    const { uViewport, uRaise } = labels.material.uniforms;
    const material = new ShaderMaterial({ vertexShader: VERTEX, fragmentShader: FRAGMENT, transparent: true, depthTest: false, depthWrite: false, uniforms: { uViewport, uRaise } });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 39; // below the signs at their feet
    this.mesh.visible = false;
  }

  /** After the labels have been set. */
  follow() {
    const { labels } = this.labels;
    const colour = new Color();
    labels.forEach(({ state = 0 }, i) => {
      colour.set(LEVELS[levelOf(state) - 1]?.colour ?? CALM);
      this.colour.setXYZ(i, colour.r, colour.g, colour.b);
    });
    this.colour.needsUpdate = true;
    this.mesh.geometry.instanceCount = labels.length;
    this.mesh.visible = this.labels.mesh.visible;
  }

  dispose() {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
