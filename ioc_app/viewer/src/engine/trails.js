/**
 * What moves over the campus, patrols and vehicles, each with the way it came. Every thing owns a stretch of one buffer:
 * its fixes, the newest last, and its head. A segment is drawn between a point and the next one in the buffer, so all are
 * one draw; how far a head has come between two fixes the shader knows from the time, so nothing is written while it runs.
 */
import { DynamicDrawUsage, Float32BufferAttribute, InstancedBufferGeometry, InstancedInterleavedBuffer, InterleavedBufferAttribute, Mesh, ShaderMaterial, Color, Vector2 } from 'three';
import { stateOf } from './levels.js';
import { LEVELS_GLSL } from './levels_glsl.js';
import { plainText } from './text.js';
import { wallScale } from './wall.js';

/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {import('./types').Trail} Trail */
/** @typedef {{slot: number, kind: string, state: number, fixes: {at: Vec3, t: number, shown: number}[], heard: number}} Thing shown: when its head gets there, s of the engine's clock */

export const MAX_POINTS = 200;
export const MAX_THINGS = 500;
/** The head is somewhere between the last fixes: it is drawn where the time is now, while fixes come in bunches too. */
const HEAD_POINTS = 4;
const STRETCH = MAX_POINTS + HEAD_POINTS;
/** x, y, z, when the head gets there, owner and look, share of the way from the oldest to the newest (from 2: of a head). */
const STRIDE = 6;
const HEAD = { first: 2, middle: 3, last: 4 };
/** From so many on, stretches that have changed are uploaded as one. */
const MANY_RANGES = 32;
/** How long a head may take from one fix to the next, s. */
const LONGEST_S = 5;
/** Unheard for so long it is grey, and then it goes, s. */
const STALE_S = 60;
export const GONE_S = 300;
/** The clock of the buffer is set back before single floats lose the tenth of a second, s. */
const REBASE_S = 20_000;
const HEAD_PX = 15;
/** In the order of their numbers in the shader; a kind nobody knows is drawn as the last. */
const KINDS = ['patrol', 'vehicle', 'visitor', ''];
const COLOURS = ['#35d0b0', '#e8eef7', '#c9a6ff', '#9db4c0'];

const VERTEX = `
${LEVELS_GLSL}
attribute vec3 fromAt, toAt;
attribute vec3 fromLook, toLook; /* time, owner * 64 + kind * 16 + state (negative: none), share */
uniform vec2 uViewport;
uniform float uNow;
uniform vec3 uKind[${KINDS.length}];
flat varying vec3 vColour;
varying vec3 vShare; /* along, across in px, half the width in px */
varying vec3 vScene;
flat varying float vHead; /* 0 the way, 1 a head, 2 one not heard of lately */
void main() {
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  float look = toLook.y;
  if (fromLook.y < 0.0 || look < 0.0 || fromLook.y != look) return;
  bool head = toLook.z > 1.5;
  if ((fromLook.z > 1.5) != head) return;
  float passed = clamp((uNow - fromLook.x) / max(toLook.x - fromLook.x, 1e-3), 0.0, 1.0);
  if (uNow < fromLook.x && !(head && fromLook.z < 2.5)) return;
  if (head && uNow >= toLook.x && toLook.z < 3.5) return; /* it is further on */
  vec3 tip = mix(fromAt, toAt, passed);
  float state = mod(look, 16.0);
  int level = levelOf(state);
  vColour = level > 0 ? LEVEL_COLOUR[level] : uKind[int(mod(floor(look / 16.0), 4.0))];
  vec4 a = projectionMatrix * viewMatrix * vec4(fromAt, 1.0), b = projectionMatrix * viewMatrix * vec4(head ? toAt : tip, 1.0);
  if (head) {
    vec4 at = projectionMatrix * viewMatrix * vec4(tip, 1.0);
    if (at.w < 1e-3) return;
    vec2 ahead = b.xy / max(b.w, 1e-3) * uViewport - a.xy / max(a.w, 1e-3) * uViewport;
    bool still = dot(ahead, ahead) < 0.25;
    ahead = still ? vec2(0.0, 1.0) : normalize(ahead);
    vec2 own = vec2(position.x * 2.0 - 1.0, position.y);
    at.xy += (ahead * own.x + vec2(-ahead.y, ahead.x) * own.y) * ${HEAD_PX}.0 / uViewport * at.w;
    vHead = uNow - toLook.x > ${STALE_S}.0 ? 2.0 : 1.0;
    vShare = vec3(own, still ? 0.0 : 1.0);
    vScene = tip;
    gl_Position = at;
    return;
  }
  float near = 1e-3;
  if (a.w < near && b.w < near) return;
  if (a.w < near) a = mix(a, b, (near - a.w) / (b.w - a.w));
  if (b.w < near) b = mix(b, a, (near - b.w) / (a.w - b.w));
  vec2 pa = a.xy / a.w * uViewport, pb = b.xy / b.w * uViewport;
  vec2 along = pb - pa;
  float far = length(along);
  if (far < 1e-3) return;
  along /= far;
  float share = mix(fromLook.z, mix(fromLook.z, toLook.z, passed), position.x);
  float wide = mix(0.8, 2.2, share);
  vec4 at = position.x < 0.5 ? a : b;
  at.xy += vec2(-along.y, along.x) * position.y * (wide + 1.0) / uViewport * at.w;
  vHead = 0.0;
  vShare = vec3(share, position.y * (wide + 1.0), wide);
  vScene = position.x < 0.5 ? fromAt : tip;
  gl_Position = at;
}`;
const FRAGMENT = `
uniform bool uCut;
uniform vec3 uCutMin, uCutMax;
uniform float uSoft; /* one px of the screen in px of a desk */
flat varying vec3 vColour;
varying vec3 vShare;
varying vec3 vScene;
flat varying float vHead;
void main() {
  if (uCut && (any(lessThan(vScene, uCutMin)) || any(greaterThan(vScene, uCutMax)))) discard;
  if (vHead < 0.5) {
    float edge = clamp(vShare.z + 1.0 - abs(vShare.y), 0.0, 1.0);
    gl_FragColor = vec4(vColour, edge * mix(0.06, 0.9, vShare.x));
  } else {
    /* an arrow while it moves, a dot while it stands; hollow when nothing has been heard of it */
    vec2 p = vShare.xy * ${HEAD_PX}.0;
    float arrow = max(abs(p.y) * 0.86 + p.x * 0.5 - 4.5, -p.x - 7.0 + abs(p.y) * 0.55);
    float d = vShare.z > 0.5 ? arrow : length(p) - 6.5;
    float body = 1.0 - smoothstep(-0.7, 0.7, d);
    float rim = 1.0 - smoothstep(0.2, 1.6, abs(d - 0.8));
    vec3 colour = vHead > 1.5 ? vec3(0.3) : vColour;
    float shown = max(vHead > 1.5 ? body * 0.35 : body, rim);
    gl_FragColor = vec4(mix(colour, vHead > 1.5 ? vec3(0.75) : vec3(0.01, 0.02, 0.05), rim), shown);
  }
  if (gl_FragColor.a < 0.02) discard;
  #include <colorspace_fragment>
}`;

export class Trails {
  /** @param {Record<string, {value: any}>} uniforms */
  constructor(uniforms) {
    /** @type {Map<string, Thing>} */
    this.things = new Map();
    /** @type {number[]} */
    this.free = [];
    this.used = 0;
    this.base = 0;
    /** When the last head comes to rest, s. */
    this.restAt = -Infinity;
    this.own = {
      uViewport: { value: new Vector2(1, 1) }, uNow: { value: 0 }, uKind: { value: COLOURS.map((colour) => new Color(colour)) },
    };
    this.material = new ShaderMaterial({ vertexShader: VERTEX, fragmentShader: FRAGMENT, transparent: true, depthTest: false, depthWrite: false, uniforms: { ...uniforms, ...this.own } });
    this.mesh = new Mesh(new InstancedBufferGeometry(), this.material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 38;
    this.mesh.visible = false;
    this.buffer = this.allot(16);
  }

  /** @param {number} things room for so many; what is there moves along */
  allot(things) {
    const data = new Float32Array(things * STRETCH * STRIDE).fill(-1);
    if (this.buffer) data.set(/** @type {Float32Array} */ (this.buffer.array));
    const buffer = new InstancedInterleavedBuffer(data, STRIDE, 1).setUsage(DynamicDrawUsage);
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute([0, -1, 0, 1, -1, 0, 1, 1, 0, 0, -1, 0, 1, 1, 0, 0, 1, 0], 3));
    const view = (/** @type {string} */ name, /** @type {number} */ offset) => geometry.setAttribute(name, new InterleavedBufferAttribute(buffer, 3, offset));
    view('fromAt', 0);
    view('fromLook', 3);
    view('toAt', STRIDE);
    view('toLook', STRIDE + 3);
    this.mesh.geometry.dispose();
    this.mesh.geometry = geometry;
    this.buffer = buffer;
    return buffer;
  }

  /**
   * All that moves: what is not among them goes, what is known already moves on to its new fixes.
   * @param {readonly Trail[]} trails
   * @param {number} now s
   * @param {boolean} still whether heads jump
   */
  set(trails, now, still) {
    const wanted = trails.slice(0, MAX_THINGS);
    const ids = new Set(wanted.map(({ id }) => String(id)));
    for (const id of [...this.things.keys()]) if (!ids.has(id)) this.remove(id);
    for (const { id, kind, level, points } of wanted) {
      const thing = this.thing(String(id), now);
      if (!thing) continue;
      const fixes = points.filter((point) => point.length >= 4 && point.slice(0, 4).every(Number.isFinite)).sort((a, b) => a[3] - b[3]).slice(-MAX_POINTS);
      const last = fixes.at(-1)?.[3] ?? 0;
      const known = thing.fixes.at(-1)?.t ?? Infinity;
      thing.kind = plainText(kind, 16);
      thing.state = stateOf(level);
      if (fixes.some(([, , , t]) => t <= known) && last > known) {
        for (const [x, y, z, t] of fixes) this.move(String(id), [x, y, z], t, now, still);
      } else if (last !== known) {
        thing.heard = now;
        thing.fixes = fixes.map(([x, y, z, t]) => ({ at: [x, y, z], t, shown: now - (last - t) / 1000 }));
      }
      this.write(thing);
    }
  }

  /**
   * A new fix; the head moves there in the time the thing itself took.
   * @param {string} id
   * @param {Vec3} at
   * @param {number} t ms
   * @param {number} now s
   * @param {boolean} still whether heads jump
   */
  move(id, at, t, now, still) {
    const thing = [...at, t].every(Number.isFinite) ? this.thing(id, now) : null;
    const last = thing?.fixes.at(-1);
    if (!thing || (last && t <= last.t)) return;
    const seconds = last ? Math.min(LONGEST_S, (t - last.t) / 1000) : 0;
    // a late fix is caught up with instead of being played ever later
    const due = Math.min(Math.max(now, last?.shown ?? now) + seconds, now + 1.5 * seconds);
    const shown = still ? now : Math.max(due, (last?.shown ?? -Infinity) + 0.02);
    if (last && (last.shown < now || still)) last.shown = now; // it sets out now
    thing.fixes.push({ at: [...at], t, shown });
    if (thing.fixes.length > MAX_POINTS) thing.fixes.shift();
    thing.heard = now;
    this.write(thing);
    this.restAt = Math.max(this.restAt, shown);
  }

  /** @param {string} id @param {number} now s @returns {Thing | null} null: there are too many */
  thing(id, now) {
    const known = this.things.get(id);
    if (known) return known;
    if (this.things.size >= MAX_THINGS) return null;
    const slot = this.free.pop() ?? this.used++;
    const room = this.buffer.count / STRETCH;
    if (slot >= room) this.allot(Math.min(MAX_THINGS, room * 2));
    if (this.things.size === 0) this.base = now;
    /** @type {Thing} */
    const thing = { slot, kind: '', state: 0, fixes: [], heard: now };
    this.things.set(id, thing);
    return thing;
  }

  /** @param {string} id */
  remove(id) {
    const thing = this.things.get(id);
    if (!thing) return;
    this.things.delete(id);
    this.free.push(thing.slot);
    thing.fixes = [];
    this.write(thing);
  }

  /** A thing's stretch of the buffer, and only that. @param {Thing} thing */
  write({ slot, kind, state, fixes }) {
    const data = /** @type {Float32Array} */ (this.buffer.array);
    const start = slot * STRETCH * STRIDE;
    const number = KINDS.indexOf(kind);
    const look = slot * 64 + (number < 0 ? KINDS.length - 1 : number) * 16 + state;
    data.fill(-1, start, start + STRETCH * STRIDE);
    let to = start;
    const put = (/** @type {Thing['fixes'][number]} */ { at, shown }, /** @type {number} */ share) => {
      data.set(at, to);
      data[to + 3] = shown - this.base;
      data[to + 4] = look;
      data[to + 5] = share;
      to += STRIDE;
    };
    fixes.forEach((fix, i) => put(fix, fixes.length > 1 ? i / (fixes.length - 1) : 1));
    const last = fixes.at(-1);
    if (last) {
      const head = fixes.length > 1 ? fixes.slice(-HEAD_POINTS) : [last, last];
      head.forEach((fix, i) => put(fix, i === 0 ? HEAD.first : i === head.length - 1 ? HEAD.last : HEAD.middle));
    }
    this.touch(start, STRETCH * STRIDE);
    /** @type {InstancedBufferGeometry} */ (this.mesh.geometry).instanceCount = this.used * STRETCH - 1;
    this.mesh.visible = this.things.size > 0;
  }

  /**
   * @param {number} start of the numbers that have changed
   * @param {number} count
   */
  touch(start, count) {
    const { buffer } = this;
    buffer.addUpdateRange(start, count);
    if (buffer.updateRanges.length > MANY_RANGES) {
      const first = Math.min(...buffer.updateRanges.map((range) => range.start));
      const end = Math.max(...buffer.updateRanges.map((range) => range.start + range.count));
      buffer.clearUpdateRanges();
      buffer.addUpdateRange(first, end - first);
    }
    buffer.needsUpdate = true;
  }

  /**
   * Those of which nothing has been heard for long are gone.
   * @param {number} now s
   * @returns {boolean} whether one has gone, or looks older
   */
  prune(now) {
    let changed = false;
    for (const [id, { heard }] of [...this.things]) {
      if (now - heard > GONE_S) this.remove(id);
      changed ||= now - heard > STALE_S;
    }
    if (now - this.base > REBASE_S) {
      this.base = now;
      for (const thing of this.things.values()) this.write(thing);
    }
    return changed;
  }

  /** @param {number} now s @returns {boolean} whether a head is on its way */
  tick(now) {
    this.own.uNow.value = now - this.base;
    return this.mesh.visible && now < this.restAt;
  }

  /**
   * @param {number} width CSS px
   * @param {number} height
   */
  resize(width, height) {
    const scale = wallScale(width, height);
    this.own.uViewport.value.set(width / 2 / scale, height / 2 / scale);
  }

  dispose() {
    this.things.clear();
    this.mesh.geometry.dispose();
    this.material.dispose();
  }
}
