/**
 * The cut faces of closed bodies on the sides of the section box.
 *
 * A stencil count with colours. Every surface behind the side where a ray enters the box is drawn into a target of floats
 * that adds up: a back face adds one and its colour, a front face takes one and its colour away. What is left at a pixel
 * is how many bodies hold the point where the ray enters, and the sum of their colours; whatever lies between or beyond
 * has cancelled. Then the box itself is drawn, filled where the count is not zero, at its own depth.
 */
import { AddEquation, BoxGeometry, CustomBlending, DoubleSide, FloatType, HalfFloatType, Mesh, NearestFilter, OneFactor, RGBAFormat, Scene, ShaderMaterial, UniformsLib, UniformsUtils, Vector2, WebGLRenderTarget } from 'three';
import { STATE_POSITION, STATE_VERTEX } from './shaders.js';
import { markSolids } from './solids.js';

/** @typedef {import('three').Material & {color: import('three').Color}} LayerMaterial */

/** Drawn after what is solid and before what shines through. */
const RENDER_ORDER = -1;

const COUNT_VERTEX = `
attribute float solid;
flat varying float vSolid;
varying vec4 vOwn;
${STATE_VERTEX}
void main() {
  vec3 transformed = position;
  ${STATE_POSITION}
  vSolid = solid;
  vOwn = vec4(1.0);
  #ifdef USE_COLOR
    vOwn.rgb = color.rgb;
  #endif
  if (solid == 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}`;
/* Whole numbers, so that what should cancel does: 6 bits a colour (square roots, as eyes see), 64 for a body. Floats add them exactly
   however many bodies there are, half floats while 32 are open at once. */
const COUNT_FRAGMENT = `
uniform vec3 uCutMin, uCutMax, uBase, uAccent;
uniform float uOpacity;
flat varying vec4 vTint;
flat varying float vMark;
flat varying float vSolid;
varying vec3 vScene;
varying vec4 vOwn;
const float COPLANAR_M = 0.004; /* a face on the side itself is outside: tiles are rounded to 4 mm */
void main() {
  vec3 way = isOrthographic ? -vec3(viewMatrix[0][2], viewMatrix[1][2], viewMatrix[2][2]) : vScene - cameraPosition;
  vec3 inside = mix(uCutMax - vScene, vScene - uCutMin, step(0.0, way)); /* of the sides that face the eye, m */
  if (any(lessThan(inside, vec3(COPLANAR_M)))) discard;
  vec3 own = mix(mix(uBase * vOwn.rgb, vTint.rgb, vTint.a), uAccent, vMark * 0.55);
  float share = floor(64.0 * uOpacity + 0.5) / 64.0;
  vec4 body = vec4(floor(63.0 * sqrt(own) * share + 0.5), 64.0 * share);
  gl_FragColor = gl_FrontFacing ? -vSolid * body : vSolid * body;
}`;

const CAP_VERTEX = `
#include <fog_pars_vertex>
void main() {
  vec4 mvPosition = modelViewMatrix * vec4(position, 1.0);
  gl_Position = projectionMatrix * mvPosition;
  #include <fog_vertex>
}`;
const CAP_FRAGMENT = `
uniform sampler2D uCount;
uniform float uPixelRatio;
#include <fog_pars_fragment>
vec4 bodyAt(ivec2 at) {
  vec4 sum = texelFetch(uCount, clamp(at, ivec2(0), textureSize(uCount, 0) - 1), 0);
  if (sum.a < 0.5) return vec4(0.0);
  vec3 root = sum.rgb / 63.0 / (sum.a / 64.0);
  return vec4(root, min(1.0, sum.a / 64.0));
}
bool differ(vec4 a, vec4 b) {
  vec4 off = abs(a - b);
  return max(max(off.r, off.g), max(off.b, off.a)) > 0.03;
}
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  int px = int(max(1.0, floor(uPixelRatio + 0.5)));
  vec4 body = bodyAt(at);
  vec4 left = bodyAt(at - ivec2(1, 0)), right = bodyAt(at + ivec2(1, 0));
  if (body.a == 0.0 && !differ(left, right)) body = left; /* a pinhole where corners lie on edges */
  if (body.a == 0.0) discard;
  /* a line around each cut body, as on a drawing; what is one pixel wide is no body */
  float line = 0.0;
  for (int side = 0; side < 4; side++) {
    ivec2 off = px * (side < 2 ? ivec2(2 * side - 1, 0) : ivec2(0, 2 * side - 5));
    if (differ(bodyAt(at + off), body) && differ(bodyAt(at + 2 * off), body)) line = 1.0;
  }
  float hatch = step(0.8, fract((gl_FragCoord.x + gl_FragCoord.y) / (7.0 * uPixelRatio)));
  vec3 colour = body.rgb * body.rgb * (1.0 - 0.22 * hatch);
  gl_FragColor = vec4(colour * mix(0.92, 0.25, line), max(body.a, 0.8 * line));
  #include <colorspace_fragment>
  #include <fog_fragment>
}`;

export class SectionCaps {
  /**
   * @param {Record<string, {value: any}>} uniforms
   * @param {boolean} floatBlending whether the device adds up whole floats (EXT_float_blend)
   */
  constructor(uniforms, floatBlending) {
    this.uniforms = uniforms;
    /** Counts for each layer material. @type {Map<LayerMaterial, ShaderMaterial>} */
    this.counters = new Map();
    /** @type {WeakMap<Mesh, Mesh>} */
    this.twins = new WeakMap();
    this.counted = new Scene();
    this.counted.matrixWorldAutoUpdate = false;
    this.target = new WebGLRenderTarget(1, 1, { type: floatBlending ? FloatType : HalfFloatType, format: RGBAFormat, minFilter: NearestFilter, magFilter: NearestFilter, depthBuffer: false });
    this.material = new ShaderMaterial({
      vertexShader: CAP_VERTEX,
      fragmentShader: CAP_FRAGMENT,
      uniforms: { ...UniformsUtils.clone(UniformsLib.fog), uCount: { value: this.target.texture }, uPixelRatio: { value: 1 } },
      transparent: true,
      fog: true,
      polygonOffset: true, // a wall that ends on the side stays behind its own cut face
      polygonOffsetFactor: -1,
      polygonOffsetUnits: -2,
    });
    this.mesh = new Mesh(new BoxGeometry(), this.material);
    this.mesh.frustumCulled = false;
    this.mesh.visible = false;
    this.mesh.renderOrder = RENDER_ORDER;
  }

  /** @param {{min: import('./types').Vec3, max: import('./types').Vec3} | null} box */
  fit(box) {
    this.mesh.visible = box !== null;
    if (!box) return this.target.dispose();
    const { min, max } = box;
    this.mesh.position.set((min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2);
    this.mesh.scale.set(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
    return undefined;
  }

  /**
   * Before a frame with a section.
   * @param {import('three').WebGLRenderer} renderer
   * @param {Mesh[]} meshes of layers, drawn now
   * @param {import('three').Camera} camera
   */
  count(renderer, meshes, camera) {
    const { target, counted } = this;
    const size = renderer.getDrawingBufferSize(new Vector2());
    target.setSize(size.x, size.y);
    this.material.uniforms.uPixelRatio.value = renderer.getPixelRatio();
    counted.children = meshes.map((mesh) => this.twinOf(mesh));
    const before = renderer.getRenderTarget();
    renderer.setRenderTarget(target);
    renderer.setClearColor(0x000000, 0);
    renderer.render(counted, camera);
    renderer.setRenderTarget(before);
  }

  /** The same triangles at the same place, counted instead of shown. @param {Mesh} mesh */
  twinOf(mesh) {
    const counter = this.counterOf(/** @type {LayerMaterial} */ (mesh.material));
    let twin = this.twins.get(mesh);
    if (!twin) {
      markSolids(mesh.geometry);
      twin = new Mesh(mesh.geometry, counter);
      twin.matrixWorld = mesh.matrixWorld; // followed, not copied
      twin.frustumCulled = mesh.frustumCulled;
      this.twins.set(mesh, twin);
    }
    twin.material = counter;
    return twin;
  }

  /** @param {LayerMaterial} material */
  counterOf(material) {
    let counter = this.counters.get(material);
    if (!counter) {
      counter = new ShaderMaterial({
        vertexShader: COUNT_VERTEX,
        fragmentShader: COUNT_FRAGMENT,
        uniforms: { ...this.uniforms, uStoreyed: { value: material.userData.storeyed }, uBase: { value: material.color }, uOpacity: { value: 1 } },
        vertexColors: material.vertexColors,
        side: DoubleSide,
        depthTest: false,
        depthWrite: false,
        blending: CustomBlending,
        blendEquation: AddEquation,
        blendSrc: OneFactor,
        blendDst: OneFactor,
      });
      this.counters.set(material, counter);
    }
    counter.uniforms.uOpacity.value = material.opacity;
    return counter;
  }

  dispose() {
    for (const counter of this.counters.values()) counter.dispose();
    this.target.dispose();
    this.mesh.geometry.dispose();
    this.material.dispose();
  }
}
