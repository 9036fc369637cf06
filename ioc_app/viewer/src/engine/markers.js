/** Point things at screen size: one instanced quad a layer, drawn twice (solid where seen, faint where something covers it). */
import {
  CanvasTexture, DynamicDrawUsage, Float32BufferAttribute, GreaterDepth, InstancedBufferAttribute, InstancedBufferGeometry, LessEqualDepth, Mesh, ShaderMaterial,
  Vector2, Vector3, Color, SRGBColorSpace, Group,
} from 'three';
import { wallScale } from './wall.js';
import { decodeF32, decodeU16, decodeU32, decodeU8 } from './base64.js';
import { isNews, levelOf, OFFLINE, SHAPES, STALE } from './levels.js';
import { LEVELS_GLSL } from './levels_glsl.js';
import { STATE_VERTEX } from './shaders.js';
import { storeyAt } from './states.js';

/** @typedef {import('./types').SceneLayer} SceneLayer */
/** @typedef {import('./types').MarkerStyle} MarkerStyle */
/** @typedef {import('./types').Language} Language */

const SIZE_PX = 24;
const PALETTE = ['#5aa9ff', '#ffc857', '#6ee7b7', '#ff8a5c', '#b8a1e3', '#4cc9f0', '#f062f0', '#8fd694', '#ffe066', '#9db4c0'];
const GLYPH_PX = 64;

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
  return Math.min(SIZE_PX, Math.max(pixelsPerMetre * BODY_M, levelOf(state) > 0 ? SIZE_PX * 0.8 : DOT_PX));
}

/** What is indoors shows once it is near enough to be read: half size in view, full size through walls. */
const INDOOR_SHARE = { seen: 0.5, covered: 0.97 };

/**
 * @param {number} pixelsPerMetre where the marker is
 * @param {number} state
 * @param {number} storey 0: outdoors
 * @returns {boolean} whether it is drawn where it is seen
 */
export const isLargeEnough = (pixelsPerMetre, state, storey) => storey === 0 || levelOf(state) > 0 || markerSize(pixelsPerMetre, state) >= SIZE_PX * INDOOR_SHARE.seen;

const VERTEX = `
${STATE_VERTEX}
${LEVELS_GLSL}
attribute vec3 markerAt;
attribute vec4 markerLook; /* colour, shape */
attribute vec3 markerLive; /* state, glyph, whether a cluster stands for it */
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
  bool alarmed = levelOf(state) > 0;
  float pixelsPerMetre = projectionMatrix[1][1] * uViewport.y / max(at.w, 1e-3);
  float size = min(uSize, max(pixelsPerMetre * ${BODY_M / 2}, alarmed ? uSize * 0.8 : ${(DOT_PX / 2).toFixed(1)}));
  float share = size / uSize;
  ivec2 texels = textureSize(uStoreyOf, 0);
  bool indoors = texelFetch(uStoreyOf, ivec2(int(featureIdx) % texels.x, int(featureIdx) / texels.x), 0).r > 0u;
  shown = shown && (alarmed || vMark > 0.0 || !indoors || share >= uIndoorShare) && (markerLive.z < 0.5 || vMark > 0.9);
  vOwn = markerLook.rgb;
  vLook = vec4(markerLook.a, markerLive.xy, share);
  float big = isNews(state) ? 2.6 : 1.6;
  vPoint = position.xy * big;
  float grow = 1.0 + 0.35 * vMark;
  at.xy += position.xy * big * size * grow / uViewport * at.w;
  gl_Position = shown ? at : vec4(2.0, 2.0, 2.0, 1.0);
}`;

const FRAGMENT = `
${LEVELS_GLSL}
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

void main() {
  if (uCut && (any(lessThan(vScene, uCutMin)) || any(greaterThan(vScene, uCutMax)))) discard;
  float state = vLook.y;
  vec3 colour = mix(pow(vOwn, vec3(2.2)), vTint.rgb, vTint.a);
  float shape = vLook.x;
  int level = levelOf(state);
  bool silent = level == 0 && state > 0.5;
  if (level > 0 || silent) colour = LEVEL_COLOUR[level] * (isAcknowledged(state) ? 0.45 : 1.0);
  if (level > 0) shape = LEVEL_SHAPE[level];
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
  if (silent && state < ${OFFLINE}.5) face = mix(face, vec3(1.0), 1.0 - smoothstep(0.09, 0.09 + soft, abs(vPoint.x + vPoint.y) * 0.707)); /* struck through: offline */
  face = mix(face, vMark > 0.0 ? uAccent : vec3(1.0), border * (vMark > 0.0 ? 1.0 : 0.85));
  vec4 drawn = vec4(face * body, max(body, shadow));
  drawn.rgb /= max(drawn.a, 1e-4);
  if (state > ${STALE - 0.5} && state < ${STALE}.5) drawn.a *= mix(0.4, 1.0, border); /* an outline of itself: too old to say anything */
  if (isAcknowledged(state)) { /* the ring has come to rest */
    float ring = (1.0 - smoothstep(0.04, 0.1, abs(d - 0.2))) * (1.0 - body);
    drawn = mix(drawn, vec4(colour * 2.2, 1.0), ring);
  }
  if (isNews(state)) {
    float halo = newsRing(vPoint, uTime) * (1.0 - body);
    drawn = mix(drawn, vec4(colour * 1.4, halo), halo * (1.0 - drawn.a));
    drawn.a = max(drawn.a, halo);
  }
  if (drawn.a < 0.02) discard;
  gl_FragColor = vec4(drawn.rgb, drawn.a * (vMark > 0.9 ? 1.0 : level > 0 ? max(uOpacity, 0.85) : uOpacity)); /* what was chosen or raised is not lost behind a tree */
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
    this.live = new InstancedBufferAttribute(new Float32Array(this.idx.length * 3), 3).setUsage(DynamicDrawUsage);
    /** What of `live` goes to the graphics processor next: one stretch, kept and not made again. */
    this.dirty = { start: 0, count: 0 };
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
      this.live.setXYZ(i, 0, this.category[i], 0);
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
   * @param {number} row
   * @param {number} state
   */
  setState(row, state) {
    const values = this.live.array;
    this.pulsing += Number(isNews(state)) - Number(isNews(values[row * 3]));
    values[row * 3] = state;
    this.touch(row);
  }

  /**
   * @param {number} row
   * @param {boolean} clustered whether a cluster stands for it
   */
  setClustered(row, clustered) {
    const values = this.live.array;
    if (values[row * 3 + 2] === Number(clustered)) return;
    values[row * 3 + 2] = Number(clustered);
    this.touch(row);
  }

  /** @param {number} row whose live numbers have changed */
  touch(row) {
    const { live, dirty } = this;
    if (live.updateRanges.length === 0) {
      live.updateRanges.push(Object.assign(dirty, { start: row * 3, count: 3 })); // three empties the list when it has uploaded them
    } else {
      const end = Math.max(dirty.start + dirty.count, row * 3 + 3);
      dirty.start = Math.min(dirty.start, row * 3);
      dirty.count = end - dirty.start;
    }
    live.needsUpdate = true;
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
      if (this.live.getZ(row) > 0.5 || !isShown(row, point)) continue;
      const at = project(point);
      if (!at || (best && at.depth >= best.depth)) continue;
      const state = this.live.getX(row);
      const size = markerSize(at.pixelsPerMetre / this.scale, state);
      if (Math.hypot(at.x - x, at.y - y) > (Math.max(size, 12) / 2) * this.scale) continue;
      const calm = this.storey[row] > 0 && levelOf(state) === 0;
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
