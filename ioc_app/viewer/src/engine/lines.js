/** Lines and dots of a fixed width on screen, drawn over everything; one instanced draw each. */
import { Color, DynamicDrawUsage, InstancedBufferAttribute, InstancedBufferGeometry, Float32BufferAttribute, Mesh, ShaderMaterial, Vector2 } from 'three';

/** @typedef {import('./types').Vec3} Vec3 */

const LINE_VERTEX = `
attribute vec3 lineStart;
attribute vec3 lineEnd;
uniform vec2 uViewport;
uniform float uWidth;
varying float vAcross;
void main() {
  vec4 a = projectionMatrix * viewMatrix * vec4(lineStart, 1.0);
  vec4 b = projectionMatrix * viewMatrix * vec4(lineEnd, 1.0);
  float near = 1e-3;
  if (a.w < near && b.w < near) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  if (a.w < near) a = mix(a, b, (near - a.w) / (b.w - a.w));
  if (b.w < near) b = mix(b, a, (near - b.w) / (a.w - b.w));
  vec2 pa = a.xy / a.w * uViewport, pb = b.xy / b.w * uViewport;
  vec2 along = pb - pa;
  float length_ = max(length(along), 1e-3);
  along /= length_;
  vec2 across = vec2(-along.y, along.x);
  vec4 at = position.x < 0.5 ? a : b;
  vec2 shift = (across * position.y + along * (position.x * 2.0 - 1.0) * 0.5) * (uWidth + 1.0);
  at.xy += shift / uViewport * at.w;
  vAcross = position.y * (uWidth + 1.0);
  gl_Position = at;
}`;
const LINE_FRAGMENT = `
uniform vec3 uColour;
uniform float uWidth, uOpacity;
varying float vAcross;
void main() {
  float edge = clamp((uWidth + 1.0) - abs(vAcross), 0.0, 1.0);
  gl_FragColor = vec4(uColour, edge * uOpacity);
  #include <colorspace_fragment>
}`;

export class ScreenLines {
  /**
   * @param {string} colour
   * @param {number} width px
   * @param {{opacity?: number, capacity?: number, depthTest?: boolean}} [options]
   */
  constructor(colour, width, { opacity = 1, capacity = 256, depthTest = false } = {}) {
    this.capacity = capacity;
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute([0, -1, 0, 1, -1, 0, 1, 1, 0, 0, -1, 0, 1, 1, 0, 0, 1, 0], 3));
    this.start = new InstancedBufferAttribute(new Float32Array(capacity * 3), 3).setUsage(DynamicDrawUsage);
    this.end = new InstancedBufferAttribute(new Float32Array(capacity * 3), 3).setUsage(DynamicDrawUsage);
    geometry.setAttribute('lineStart', this.start);
    geometry.setAttribute('lineEnd', this.end);
    geometry.instanceCount = 0;
    this.material = new ShaderMaterial({
      vertexShader: LINE_VERTEX,
      fragmentShader: LINE_FRAGMENT,
      transparent: true,
      depthTest,
      depthWrite: false,
      uniforms: {
        uViewport: { value: new Vector2(1, 1) },
        uWidth: { value: width },
        uColour: { value: new Color(colour) },
        uOpacity: { value: opacity },
      },
    });
    this.mesh = new Mesh(geometry, this.material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 50;
    this.mesh.visible = false;
  }

  /** @param {[Vec3, Vec3][]} segments */
  set(segments) {
    const count = Math.min(segments.length, this.capacity);
    for (let i = 0; i < count; i++) {
      this.start.setXYZ(i, ...segments[i][0]);
      this.end.setXYZ(i, ...segments[i][1]);
    }
    this.start.needsUpdate = this.end.needsUpdate = true;
    /** @type {InstancedBufferGeometry} */ (this.mesh.geometry).instanceCount = count;
    this.mesh.visible = count > 0;
  }

  /**
   * @param {number} width of the canvas, px
   * @param {number} height
   */
  resize(width, height) {
    this.material.uniforms.uViewport.value.set(width / 2, height / 2);
  }

  /** @param {string} colour */
  setColour(colour) {
    this.material.uniforms.uColour.value.set(colour);
  }

  dispose() {
    this.mesh.geometry.dispose();
    this.material.dispose();
  }
}

/**
 * The twelve edges of a box.
 * @param {Vec3} min
 * @param {Vec3} max
 * @returns {[Vec3, Vec3][]}
 */
export function boxEdges(min, max) {
  /** @param {number} bits @returns {Vec3} */
  const corner = (bits) => [bits & 1 ? max[0] : min[0], bits & 2 ? max[1] : min[1], bits & 4 ? max[2] : min[2]];
  /** @type {[Vec3, Vec3][]} */
  const edges = [];
  for (let bits = 0; bits < 8; bits++) for (const axis of [1, 2, 4]) if (!(bits & axis)) edges.push([corner(bits), corner(bits | axis)]);
  return edges;
}
