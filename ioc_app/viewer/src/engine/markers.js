/** Point things at screen size: one instanced quad a layer, drawn twice (solid where seen, faint where something covers it). */
import {
  CanvasTexture, Float32BufferAttribute, GreaterDepth, InstancedBufferAttribute, InstancedBufferGeometry, LessEqualDepth, Mesh, ShaderMaterial,
  Vector2, Vector3, Color, SRGBColorSpace, Group,
} from 'three';
import { wallScale } from './wall.js';
import { decodeF32, decodeU16, decodeU32, decodeU8 } from './base64.js';
import { STATE_VERTEX } from './shaders.js';
import { storeyAt } from './states.js';

/** @typedef {import('./types').SceneLayer} SceneLayer */
/** @typedef {import('./types').MarkerStyle} MarkerStyle */
/** @typedef {import('./types').Language} Language */

const SIZE_PX = 24;
const SHAPES = /** @type {const} */ (['circle', 'square', 'diamond', 'triangle', 'hexagon']);
const PALETTE = ['#5aa9ff', '#ffc857', '#6ee7b7', '#ff8a5c', '#b8a1e3', '#4cc9f0', '#f062f0', '#8fd694', '#ffe066', '#9db4c0'];
const GLYPH_PX = 64;
const PULSING = 4;

/** A marker is as large as this in the scene until it reaches its size on screen, and never smaller than a dot. */
const BODY_M = 3.2;
const DOT_PX = 7;
/** Towards the eye, so that a device on a wall is not half inside it, m. */
const FORWARD_M = 0.35;

/**
 * @param {number} pixelsPerMetre where the marker is
 * @param {number} state alarms keep their size
 * @returns {number} CSS px across
 */
export function markerSize(pixelsPerMetre, state) {
  const alarmed = state > 0.5 && state < 4.5;
  return Math.min(SIZE_PX, Math.max(pixelsPerMetre * BODY_M, alarmed ? SIZE_PX * 0.8 : DOT_PX));
}

/** What is indoors shows once it is near enough to be read: half size in view, full size through walls. */
const INDOOR_SHARE = { seen: 0.5, covered: 0.97 };

const VERTEX = `
${STATE_VERTEX}
attribute vec3 markerAt;
attribute vec4 markerLook; /* colour, shape */
attribute vec2 markerLive; /* state, glyph */
uniform vec2 uViewport;
uniform float uSize, uIndoorShare;
varying vec2 vPoint;
flat varying vec3 vOwn;
flat varying vec4 vLook; /* shape, state, glyph, size on screen as a share of the full one */
void main() {
  float lift;
  bool shown = featureState(lift);
  vScene = markerAt + vec3(0.0, 0.0, lift);
  vec4 eye = viewMatrix * vec4(vScene, 1.0);
  eye.z += ${FORWARD_M};
  vec4 at = projectionMatrix * eye;
  float state = markerLive.x;
  bool alarmed = state > 0.5 && state < 4.5;
  float pixelsPerMetre = projectionMatrix[1][1] * uViewport.y / max(at.w, 1e-3);
  float size = min(uSize, max(pixelsPerMetre * ${BODY_M / 2}, alarmed ? uSize * 0.8 : ${(DOT_PX / 2).toFixed(1)}));
  float share = size / uSize;
  ivec2 texels = textureSize(uStoreyOf, 0);
  bool indoors = texelFetch(uStoreyOf, ivec2(int(featureIdx) % texels.x, int(featureIdx) / texels.x), 0).r > 0u;
  shown = shown && (alarmed || vMark > 0.0 || !indoors || share >= uIndoorShare);
  vOwn = markerLook.rgb;
  vLook = vec4(markerLook.a, markerLive, share);
  float big = state > 3.5 ? 2.6 : 1.6;
  vPoint = position.xy * big;
  float grow = 1.0 + 0.35 * vMark;
  at.xy += position.xy * big * size * grow / uViewport * at.w;
  gl_Position = shown ? at : vec4(2.0, 2.0, 2.0, 1.0);
}`;

const FRAGMENT = `
uniform bool uCut;
uniform vec3 uCutMin, uCutMax, uAccent;
uniform float uTime, uOpacity, uGlyphs;
uniform sampler2D uGlyph;
flat varying vec4 vTint;
flat varying float vMark;
varying vec3 vScene;
varying vec2 vPoint;
flat varying vec3 vOwn;
flat varying vec4 vLook;

float shapeDistance(vec2 p, float shape) {
  if (shape < 0.5) return length(p) - 0.86;
  if (shape < 1.5) { vec2 q = abs(p) - 0.56; return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - 0.2; }
  if (shape < 2.5) return (abs(p.x) + abs(p.y) - 1.12) * 0.707 - 0.08;
  if (shape < 3.5) { p.y += 0.22; return max(abs(p.x) * 0.866 + p.y * 0.5, -p.y) - 0.56; }
  p = abs(p);
  return max(p.x * 0.866 + p.y * 0.5, p.y) - 0.82;
}

void main() {
  if (uCut && (any(lessThan(vScene, uCutMin)) || any(greaterThan(vScene, uCutMax)))) discard;
  float state = vLook.y;
  vec3 colour = mix(pow(vOwn, vec3(2.2)), vTint.rgb, vTint.a);
  float shape = vLook.x;
  if (state > 0.5) {
    colour = state < 1.5 ? vec3(0.07, 0.28, 0.9) : state < 2.5 ? vec3(0.9, 0.6, 0.02) : state < 3.5 ? vec3(0.95, 0.24, 0.01)
      : state < 4.5 ? vec3(0.85, 0.02, 0.03) : vec3(0.2);
    shape = state < 1.5 ? 1.0 : state < 2.5 ? 2.0 : state < 3.5 ? 3.0 : state < 4.5 ? 4.0 : shape;
  }
  float d = shapeDistance(vPoint, shape);
  float soft = fwidth(vPoint.x) * 0.9;
  float body = 1.0 - smoothstep(-soft, soft, d);
  float border = 1.0 - smoothstep(-soft, soft, abs(d + 0.06) - 0.07);
  float shadow = 0.35 * vLook.w * (1.0 - smoothstep(0.0, 0.42, d));
  vec2 cell = vec2((vLook.z + clamp(vPoint.x * 0.62 + 0.5, 0.0, 1.0)) / uGlyphs, clamp(vPoint.y * 0.62 + 0.5, 0.0, 1.0));
  float glyph = vLook.w > 0.55 && max(abs(vPoint.x), abs(vPoint.y)) < 0.78 ? texture2D(uGlyph, cell).a : 0.0;
  float bright = dot(colour, vec3(0.3, 0.6, 0.1));
  vec3 ink = bright > 0.28 ? vec3(0.01, 0.015, 0.03) : vec3(1.0);
  vec3 face = mix(colour, ink, glyph * 0.92);
  face = mix(face, vMark > 0.0 ? uAccent : vec3(1.0), border * (vMark > 0.0 ? 1.0 : 0.85));
  vec4 drawn = vec4(face * body, max(body, shadow));
  drawn.rgb /= max(drawn.a, 1e-4);
  if (state > 3.5 && state < 4.5) {
    float at = fract(uTime);
    float ring = 1.0 - smoothstep(0.0, 0.16, abs(length(vPoint) - mix(0.9, 2.4, at)));
    float halo = ring * (1.0 - at) * (1.0 - body);
    drawn = mix(drawn, vec4(colour * 1.4, halo), halo * (1.0 - drawn.a));
    drawn.a = max(drawn.a, halo);
  }
  if (drawn.a < 0.02) discard;
  gl_FragColor = vec4(drawn.rgb, drawn.a * (vMark > 0.9 ? 1.0 : uOpacity)); /* what was chosen is not lost behind a tree */
  #include <colorspace_fragment>
}`;

/**
 * @param {SceneLayer} layer
 * @param {string[]} categories
 * @returns {Record<string, MarkerStyle>}
 */
export function markerStyles(layer, categories) {
  return Object.fromEntries(
    categories.map((category, i) => [
      category,
      {
        shape: SHAPES[i % SHAPES.length],
        colour: layer.colours[category] ?? (categories.length > 1 ? PALETTE[i % PALETTE.length] : layer.colour),
        title: layer.class_titles[category] ?? null,
      },
    ]),
  );
}

export class MarkerLayer {
  /**
   * @param {SceneLayer} layer
   * @param {any} file markers/<layer>.json
   * @param {Record<string, {value: any}>} uniforms
   * @param {Language} language
   */
  constructor(layer, file, uniforms, language) {
    this.layer = layer;
    this.idx = decodeU32(file.idx);
    this.position = decodeF32(file.position);
    this.category = decodeU8(file.category);
    this.storey = file.storey ? decodeU16(file.storey) : new Uint16Array(this.idx.length);
    /** @type {string[]} */
    this.categories = file.categories;
    this.styles = markerStyles(layer, this.categories);
    this.rowOf = new Map(Array.from(this.idx, (idx, row) => [idx, row]));
    this.live = new InstancedBufferAttribute(new Float32Array(this.idx.length * 2), 2);
    this.texture = new CanvasTexture(document.createElement('canvas'));
    this.texture.colorSpace = SRGBColorSpace;
    this.scale = 1;
    this.own = { uViewport: { value: new Vector2(1, 1) }, uSize: { value: SIZE_PX / 2 }, uTime: { value: 0 }, uGlyph: { value: this.texture }, uGlyphs: { value: 1 } };
    this.group = this.build(uniforms);
    this.pulsing = 0;
    this.setLanguage(language);
  }

  /** Devices that do not name their storey get the one they hang in. @param {import('./types').SceneBuilding[]} buildings */
  placeInStoreys(buildings) {
    this.storey.forEach((storey, row) => {
      const [x, y, z] = this.position.subarray(row * 3, row * 3 + 3);
      if (storey === 0) this.storey[row] = storeyAt([x, y, z], buildings);
    });
  }

  /** @param {Record<string, {value: any}>} uniforms */
  build(uniforms) {
    const count = this.idx.length;
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, -1, 0, 1, 1, 0, -1, 1, 0], 3));
    const look = new Float32Array(count * 4);
    for (let i = 0; i < count; i++) {
      const style = this.styles[this.categories[this.category[i]]];
      const colour = new Color().setStyle(style.colour, '');
      look.set([colour.r, colour.g, colour.b, SHAPES.indexOf(style.shape)], i * 4);
      this.live.setXY(i, 0, this.category[i]);
    }
    geometry.setAttribute('markerAt', new InstancedBufferAttribute(this.position, 3));
    geometry.setAttribute('markerLook', new InstancedBufferAttribute(look, 4));
    geometry.setAttribute('markerLive', this.live);
    geometry.setAttribute('featureIdx', new InstancedBufferAttribute(this.idx, 1));
    geometry.instanceCount = count;
    const group = new Group();
    for (const covered of [true, false]) {
      const material = new ShaderMaterial({
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        transparent: true,
        depthWrite: false,
        depthFunc: covered ? GreaterDepth : LessEqualDepth,
        uniforms: { ...uniforms, ...this.own, uStoreyed: { value: true }, uOpacity: { value: covered ? 0.28 : 1 }, uIndoorShare: { value: INDOOR_SHARE[covered ? 'covered' : 'seen'] } },
      });
      const mesh = new Mesh(geometry, material);
      mesh.frustumCulled = false;
      mesh.renderOrder = 30 + Number(!covered);
      group.add(mesh);
    }
    return group;
  }

  /** One letter a category: the first of its title. @param {Language} language */
  setLanguage(language) {
    const canvas = /** @type {HTMLCanvasElement} */ (this.texture.image);
    const count = Math.max(1, this.categories.length);
    canvas.width = GLYPH_PX * count;
    canvas.height = GLYPH_PX;
    const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    ink.font = `600 ${GLYPH_PX * 0.74}px "Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif`;
    ink.textAlign = 'center';
    ink.textBaseline = 'middle';
    this.categories.forEach((category, i) => {
      const title = this.styles[category].title?.[language] ?? category;
      ink.fillText(title.slice(0, 1).toUpperCase(), (i + 0.5) * GLYPH_PX, GLYPH_PX * 0.54);
    });
    this.own.uGlyphs.value = count;
    this.texture.dispose(); // its size may have changed
    this.texture.needsUpdate = true;
  }

  /**
   * @param {ArrayLike<number>} idx
   * @param {ArrayLike<number>} state
   */
  update(idx, state) {
    for (let i = 0; i < idx.length; i++) {
      const row = this.rowOf.get(idx[i]);
      if (row === undefined) continue;
      this.pulsing += Number(state[i] === PULSING) - Number(this.live.getX(row) === PULSING);
      this.live.setX(row, state[i]);
    }
    this.live.needsUpdate = true;
  }

  /**
   * The marker at a point of the screen, the closest to the eye among those that cover it.
   * @param {number} x CSS px
   * @param {number} y
   * @param {(point: Vector3) => {x: number, y: number, depth: number, pixelsPerMetre: number} | null} project
   * @param {(row: number, point: Vector3) => boolean} isShown moves the point by its storey's lift
   * @returns {{row: number, depth: number, point: Vector3, onlyInSight: boolean} | null} onlyInSight: not drawn where something covers it
   */
  hit(x, y, project, isShown) {
    const point = new Vector3();
    let best = null;
    for (let row = 0; row < this.idx.length; row++) {
      point.fromArray(this.position, row * 3);
      if (!isShown(row, point)) continue;
      const at = project(point);
      if (!at || (best && at.depth >= best.depth)) continue;
      const state = this.live.getX(row);
      const size = markerSize(at.pixelsPerMetre / this.scale, state);
      if (Math.hypot(at.x - x, at.y - y) > (Math.max(size, 12) / 2) * this.scale) continue;
      const calm = this.storey[row] > 0 && !(state > 0.5 && state < 4.5);
      if (calm && size < SIZE_PX * INDOOR_SHARE.seen) continue;
      best = { row, depth: at.depth, point: point.clone(), onlyInSight: calm && size < SIZE_PX * INDOOR_SHARE.covered };
    }
    return best;
  }

  /**
   * @param {number} width CSS px
   * @param {number} height
   */
  resize(width, height) {
    this.scale = wallScale(width, height);
    this.own.uViewport.value.set(width / 2 / this.scale, height / 2 / this.scale);
  }

  dispose() {
    this.texture.dispose();
    for (const child of this.group.children) {
      const mesh = /** @type {Mesh<InstancedBufferGeometry, ShaderMaterial>} */ (child);
      mesh.geometry.dispose();
      mesh.material.dispose();
    }
  }
}
