/** Signs with a number or a numeral in them, at screen size: clusters and events. One instanced quad, drawn twice like the markers. */
import {
  CanvasTexture, Color, DynamicDrawUsage, Float32BufferAttribute, GreaterDepth, Group, InstancedBufferAttribute, InstancedBufferGeometry, LessEqualDepth, Mesh, ShaderMaterial, Vector2,
} from 'three';
import { LEVELS } from './levels.js';
import { LEVELS_GLSL } from './levels_glsl.js';
import { wallScale } from './wall.js';

/** @typedef {import('./types').Vec3} Vec3 */
/**
 * @typedef {object} Badge
 * @property {Vec3} position
 * @property {number} state gives colour and shape; without an alarm it is a plate
 * @property {string} text at most four signs, or one numeral
 * @property {boolean} [pill] a small plate at the lower right, for how many there are in all
 * @property {'event' | 'calm'} [size] smaller than an alarmed cluster
 */

const MAX_BADGES = 2048;
/** Half a sign, half a pill, CSS px. */
const SIZES_PX = { alarm: 16, event: 14, calm: 11.5 };
const PILL_PX = 8;
const PILL_AT = /** @type {const} */ ([15, -12]);
/** Before what they stand for, m. */
const FORWARD_M = 0.6;
const SIGNS = [...'0123456789k', 'i', ...LEVELS.map(({ numeral }) => numeral)];
const CELL = { width: 40, height: 56 };
const PLATES = { dark: { plate: '#16273f', ink: '#f2f7ff' }, light: { plate: '#ffffff', ink: '#142033' } };

const VERTEX = `
${LEVELS_GLSL}
attribute vec3 badgeAt;
attribute vec4 badgeBox; /* offset and half size, px */
attribute vec2 badgeLook; /* state, whether it is a pill */
attribute vec4 badgeText;
uniform vec2 uViewport;
varying vec2 vPx;
varying vec3 vScene;
flat varying vec4 vHalf; /* half size, state, pill */
flat varying vec4 vText;
void main() {
  vScene = badgeAt;
  vec4 eye = viewMatrix * vec4(badgeAt, 1.0);
  eye.z += ${FORWARD_M};
  vec4 at = projectionMatrix * eye;
  vHalf = vec4(badgeBox.zw, badgeLook);
  vText = badgeText;
  vPx = position.xy * (badgeBox.zw * (isNews(badgeLook.x) && badgeLook.y < 0.5 ? 2.6 : 1.45) + 1.0);
  at.xy += (badgeBox.xy + vPx) / uViewport * at.w;
  gl_Position = at;
}`;

const FRAGMENT = `
${LEVELS_GLSL}
uniform bool uCut;
uniform vec3 uCutMin, uCutMax, uPlate, uInk;
uniform float uTime, uCovered;
uniform sampler2D uSigns;
varying vec2 vPx;
varying vec3 vScene;
flat varying vec4 vHalf;
flat varying vec4 vText;

/* How much of the signs covers a point: up to four side by side. */
float signs(vec2 px, float tall) {
  int count = vText.y < -0.5 ? 1 : vText.z < -0.5 ? 2 : vText.w < -0.5 ? 3 : 4;
  float wide = tall * ${(CELL.width / CELL.height).toFixed(4)} * (vText.x > 10.5 ? 1.0 : 0.8);
  float at = px.x / wide + float(count) * 0.5;
  int n = int(floor(at));
  float down = px.y / tall + 0.5;
  if (n < 0 || n >= count || down < 0.0 || down > 1.0) return 0.0;
  float sign = n == 0 ? vText.x : n == 1 ? vText.y : n == 2 ? vText.z : vText.w;
  float across = vText.x > 10.5 ? fract(at) : 0.5 + (fract(at) - 0.5) * 0.8; /* digits stand closer than numerals */
  return textureGrad(uSigns, vec2((sign + across) / ${SIGNS.length}.0, down), dFdx(px) / (wide * ${SIGNS.length}.0), dFdy(px) / tall).a;
}

void main() {
  if (uCut && (any(lessThan(vScene, uCutMin)) || any(greaterThan(vScene, uCutMax)))) discard;
  float state = vHalf.z;
  int level = levelOf(state);
  bool pill = vHalf.w > 0.5;
  vec2 p = vPx / vHalf.xy;
  float px; /* from the edge, inside below 0 */
  if (pill) { vec2 q = abs(vPx) - vHalf.xy + vHalf.y; px = length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - vHalf.y; }
  else px = shapeDistance(p, level > 0 ? LEVEL_SHAPE[level] : 0.0) * vHalf.x;
  vec3 plate = level > 0 ? LEVEL_COLOUR[level] * (isAcknowledged(state) ? 0.45 : 1.0) : uPlate;
  vec3 ink = level == 0 ? uInk : dot(plate, vec3(0.3, 0.6, 0.1)) > 0.275 ? vec3(0.01, 0.015, 0.03) : vec3(1.0);
  float soft = fwidth(vPx.x) * 0.75;
  float body = 1.0 - smoothstep(-soft, soft, px);
  float rim = 1.0 - smoothstep(-soft, soft, abs(px + 0.8) - 0.9);
  float shadow = 0.4 * (1.0 - smoothstep(0.0, 5.0, px));
  float low = level > 0 && abs(LEVEL_SHAPE[level] - 3.0) < 0.5 ? 2.2 : 0.0; /* a triangle is wide at its foot */
  vec3 face = mix(plate, level > 0 ? vec3(1.0) : uInk, rim * (level > 0 ? 0.95 : 0.6));
  face = mix(face, ink, signs(vPx + vec2(0.0, low), pill || vHalf.x < 12.0 ? 13.0 : 17.0));
  vec4 drawn = vec4(face * body, max(body, shadow));
  drawn.rgb /= max(drawn.a, 1e-4);
  if (isAcknowledged(state) && !pill) drawn = mix(drawn, vec4(plate * 2.2, 1.0), (1.0 - smoothstep(0.5, 1.2, abs(px - 3.2))) * (1.0 - body)); /* the ring has come to rest */
  if (isNews(state) && !pill) {
    float halo = newsRing(p, uTime) * (1.0 - body);
    drawn = mix(drawn, vec4(plate * 1.4, halo), halo * (1.0 - drawn.a));
    drawn.a = max(drawn.a, halo);
  }
  if (drawn.a < 0.02) discard;
  gl_FragColor = vec4(drawn.rgb, drawn.a * (level > 0 || pill ? 1.0 : uCovered * 0.9)); /* an alarm is seen through everything */
  #include <colorspace_fragment>
}`;

function drawSigns() {
  const canvas = document.createElement('canvas');
  canvas.width = CELL.width * SIGNS.length;
  canvas.height = CELL.height;
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  ink.textAlign = 'center';
  ink.textBaseline = 'middle';
  SIGNS.forEach((sign, i) => {
    ink.font = `700 ${CELL.height * (sign.length > 1 ? 0.66 : 0.8)}px Arial, Helvetica, sans-serif`;
    ink.fillText(sign, (i + 0.5) * CELL.width, CELL.height * 0.54, CELL.width);
  });
  return canvas;
}

export class BadgeLayer {
  /** @param {Record<string, {value: any}>} uniforms */
  constructor(uniforms) {
    /** As drawn, the first in front. @type {Badge[]} */
    this.badges = [];
    this.scale = 1;
    this.texture = new CanvasTexture(drawSigns());
    this.own = { uViewport: { value: new Vector2(1, 1) }, uTime: { value: 0 }, uSigns: { value: this.texture }, uPlate: { value: new Color() }, uInk: { value: new Color() } };
    this.geometry = new InstancedBufferGeometry();
    this.geometry.setAttribute('position', new Float32BufferAttribute([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, -1, 0, 1, 1, 0, -1, 1, 0], 3));
    const attribute = (/** @type {string} */ name, /** @type {number} */ size) => {
      const one = new InstancedBufferAttribute(new Float32Array(MAX_BADGES * size), size).setUsage(DynamicDrawUsage);
      this.geometry.setAttribute(name, one);
      return one;
    };
    this.at = attribute('badgeAt', 3);
    this.box = attribute('badgeBox', 4);
    this.look = attribute('badgeLook', 2);
    this.text = attribute('badgeText', 4);
    this.group = new Group();
    for (const covered of [true, false]) {
      const material = new ShaderMaterial({
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        transparent: true,
        depthWrite: false,
        depthFunc: covered ? GreaterDepth : LessEqualDepth,
        uniforms: { ...uniforms, ...this.own, uCovered: { value: covered ? 0.35 : 1 } },
      });
      const mesh = new Mesh(this.geometry, material);
      mesh.frustumCulled = false;
      mesh.renderOrder = 40 + Number(!covered);
      this.group.add(mesh);
    }
    this.set([]);
  }

  /** @param {Badge[]} badges the first in front */
  set(badges) {
    this.badges = badges.slice(0, MAX_BADGES);
    const last = this.badges.length - 1;
    this.badges.forEach(({ position, state, text, pill, size }, n) => {
      const i = last - n; // what is drawn last lies in front
      const half = SIZES_PX[size ?? 'alarm'];
      const signs = SIGNS.includes(text) ? [text] : [...text].slice(0, 4);
      this.at.setXYZ(i, ...position);
      if (pill) this.box.setXYZW(i, PILL_AT[0] + signs.length * 2, PILL_AT[1], PILL_PX + (signs.length - 1) * 3.6, PILL_PX);
      else this.box.setXYZW(i, 0, 0, half, half);
      this.look.setXY(i, pill ? 0 : state, Number(Boolean(pill)));
      const sign = (/** @type {number} */ k) => (k < signs.length ? SIGNS.indexOf(signs[k]) : -1);
      this.text.setXYZW(i, sign(0), sign(1), sign(2), sign(3));
    });
    this.geometry.instanceCount = this.badges.length;
    this.group.visible = this.badges.length > 0;
    for (const one of [this.at, this.box, this.look, this.text]) {
      one.clearUpdateRanges();
      one.addUpdateRange(0, Math.max(1, this.badges.length) * one.itemSize);
      one.needsUpdate = true;
    }
  }

  /** @param {number} pulse as newsRing takes it */
  tick(pulse) {
    this.own.uTime.value = pulse;
  }

  /**
   * @template {Badge} T
   * @param {T[]} badges those that were set
   * @param {number} x CSS px
   * @param {number} y
   * @param {(position: Vec3) => {x: number, y: number} | null} project
   * @returns {T | null} the one in front
   */
  hit(badges, x, y, project) {
    return badges.find((one) => {
      const at = project(one.position);
      const reach = SIZES_PX[one.size ?? 'alarm'] * 0.95 * this.scale;
      return !one.pill && at !== null && Math.hypot(at.x - x, at.y - y) <= reach;
    }) ?? null;
  }

  /**
   * @param {number} width CSS px
   * @param {number} height
   */
  resize(width, height) {
    this.scale = wallScale(width, height);
    this.own.uViewport.value.set(width / 2 / this.scale, height / 2 / this.scale);
  }

  /** @param {'dark' | 'light'} theme */
  setTheme(theme) {
    this.own.uPlate.value.set(PLATES[theme].plate);
    this.own.uInk.value.set(PLATES[theme].ink);
  }

  dispose() {
    this.texture.dispose();
    this.geometry.dispose();
    for (const child of this.group.children) /** @type {Mesh<any, ShaderMaterial>} */ (child).material.dispose();
  }
}
