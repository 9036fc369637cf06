/**
 * A field between the sensors of one storey: a see-through plane just above its floor. Weights fall with the square of
 * the distance and end where a sensor cannot be heard any more (Franke and Little); where none is near nothing is shown, because
 * nothing was measured there.
 */
import { DataTexture, DoubleSide, Float32BufferAttribute, BufferGeometry, LinearFilter, Mesh, RGBAFormat, RGFormat, ShaderMaterial, SRGBColorSpace, UnsignedByteType } from 'three';
import { footprintMask } from './footprint.js';

/** @typedef {import('./types').Heat} Heat */
/** @typedef {import('./types').HeatLegend} HeatLegend */
/** @typedef {[number, number, number, number]} Sample x, y, z, value */

/** How far a sensor speaks for its surroundings, m. */
export const REACH_M = 12;
/** How far its value still counts between others, m: farther, so that the field is even. */
const HEARD_M = 2.5 * REACH_M;
/** From this share of the reach on it fades. */
const FADE_FROM = 0.55;
const CELL_M = 0.5;
const MAX_CELLS = 160;
/** What one reckoning may cost, cells times sensors: a storey full of sensors gets coarser cells. */
const MOST_WORK = 400_000;
const MAX_SAMPLES = 1000;
/** Above the storey's elevation: over the slab, whichever side of it that is. */
const ABOVE_M = 0.35;
/** Sensors hang under the ceiling of the storey or in its floor. */
const STOREY_SLACK_M = 1;
/** Viridis (van der Walt, Smith; CC0): readable for everyone, and no colour of an alarm. */
const PALETTE = ['#440154', '#414487', '#2a788e', '#22a884', '#7ad151', '#fde725'];

/**
 * The field at every cell's middle.
 * @param {Sample[]} samples
 * @param {[number, number, number, number]} box west, south, east, north
 * @param {number} across cells
 * @param {number} down
 * @returns {{value: Float32Array, measured: Float32Array}} measured: 1 near a sensor to 0 beyond its reach
 */
export function heatField(samples, box, across, down) {
  const nearest = nearestSquares(samples, box, across, down);
  const value = new Float32Array(across * down);
  const weight = new Float32Array(across * down);
  for (const [x, y, , one] of samples) {
    const { first, end, low, high, west, south, dx, dy } = heard(x, y, HEARD_M, box, across, down);
    for (let row = low; row < high; row++) {
      const north2 = (south + row * dy - y) ** 2;
      for (let i = row * across + first, column = first; column < end; column++, i++) {
        const east = west + column * dx - x;
        const square = east * east + north2;
        if (square >= HEARD_M * HEARD_M || nearest[i] === Infinity) continue;
        const share = 1 / Math.max(Math.sqrt(square), 0.05) - 1 / HEARD_M;
        value[i] += share * share * one;
        weight[i] += share * share;
      }
    }
  }
  const measured = new Float32Array(across * down);
  for (let i = 0; i < value.length; i++) {
    if (weight[i] > 0) value[i] /= weight[i];
    const t = Math.min(1, Math.max(0, (Math.sqrt(nearest[i]) / REACH_M - FADE_FROM) / (1 - FADE_FROM)));
    measured[i] = 1 - t * t * (3 - 2 * t);
  }
  return { value, measured };
}

/**
 * The square of how far each cell is from the nearest sensor, m²; Infinity beyond its reach.
 * @param {Sample[]} samples
 * @param {[number, number, number, number]} box
 * @param {number} across
 * @param {number} down
 */
function nearestSquares(samples, box, across, down) {
  const nearest = new Float32Array(across * down).fill(Infinity);
  for (const [x, y] of samples) {
    const { first, end, low, high, west, south, dx, dy } = heard(x, y, REACH_M, box, across, down);
    for (let row = low; row < high; row++) {
      const north2 = (south + row * dy - y) ** 2;
      for (let i = row * across + first, column = first; column < end; column++, i++) {
        const east = west + column * dx - x;
        const square = east * east + north2;
        if (square < REACH_M * REACH_M && square < nearest[i]) nearest[i] = square;
      }
    }
  }
  return nearest;
}

/**
 * The cells around a sensor: columns first … end, rows low … high; the middle of the first cell and the steps between, m.
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 * @param {[number, number, number, number]} box
 * @param {number} across
 * @param {number} down
 */
function heard(x, y, reach, [west, south, east, north], across, down) {
  const [dx, dy] = [(east - west) / across, (north - south) / down];
  return {
    first: Math.max(0, Math.floor((x - reach - west) / dx)), end: Math.min(across, Math.ceil((x + reach - west) / dx)),
    low: Math.max(0, Math.floor((y - reach - south) / dy)), high: Math.min(down, Math.ceil((y + reach - south) / dy)),
    west: west + dx / 2, south: south + dy / 2, dx, dy,
  };
}

/** @param {string} hex @returns {[number, number, number]} */
function rgb(hex) {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

const VERTEX = `
varying vec2 vUv;
varying vec3 vScene;
void main() {
  vUv = uv;
  vec4 at = modelMatrix * vec4(position, 1.0);
  vScene = at.xyz;
  gl_Position = projectionMatrix * viewMatrix * at;
}`;
const FRAGMENT = `
uniform bool uCut;
uniform vec3 uCutMin, uCutMax;
uniform sampler2D uField, uPalette;
varying vec2 vUv;
varying vec3 vScene;
void main() {
  if (uCut && (any(lessThan(vScene, uCutMin)) || any(greaterThan(vScene, uCutMax)))) discard;
  vec2 field = texture2D(uField, vUv).rg;
  if (field.g < 0.02) discard;
  gl_FragColor = vec4(texture2D(uPalette, vec2(field.r, 0.5)).rgb, field.g * 0.72);
  #include <colorspace_fragment>
}`;

export class HeatPlane {
  /** @param {Record<string, {value: any}>} uniforms */
  constructor(uniforms) {
    this.field = this.texture(new Uint8Array(2), 1, 1, RGFormat);
    this.palette = this.texture(new Uint8Array(4), 1, 1, RGBAFormat);
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0], 3));
    geometry.setAttribute('uv', new Float32BufferAttribute([0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1], 2));
    this.own = { uField: { value: this.field }, uPalette: { value: this.palette } };
    this.material = new ShaderMaterial({
      vertexShader: VERTEX, fragmentShader: FRAGMENT, transparent: true, depthWrite: false, side: DoubleSide, forceSinglePass: true,
      polygonOffset: true, polygonOffsetFactor: -2, polygonOffsetUnits: -2, uniforms: { ...uniforms, ...this.own },
    });
    this.mesh = new Mesh(geometry, this.material);
    this.mesh.renderOrder = 6; // over zones, under everything that has a sign
    this.mesh.frustumCulled = false;
    this.mesh.visible = false;
    /** 0: of no storey. */
    this.storey = 0;
    this.elevation = 0;
    this.wanted = false;
    /** @type {{within: NonNullable<Heat['within']>, key: string, cells: Uint8Array} | null} */
    this.mask = null;
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {number} width
   * @param {number} height
   * @param {import('three').PixelFormat} format
   */
  texture(bytes, width, height, format) {
    const texture = new DataTexture(bytes, width, height, format, UnsignedByteType);
    Object.assign(texture, { minFilter: LinearFilter, magFilter: LinearFilter, generateMipmaps: false, unpackAlignment: 1, needsUpdate: true });
    return texture;
  }

  /**
   * @param {Heat | null} heat
   * @param {import('./types').Scene} scene
   * @returns {HeatLegend | null} null: nothing is shown
   */
  set(heat, scene) {
    this.wanted = this.mesh.visible = false;
    const place = heat && placeOf(heat, scene);
    if (!heat || !place) return null;
    const { box: [west, south, east, north], elevation, number } = place;
    const { samples } = place;
    const values = samples.map((one) => one[3]);
    const min = heat.min ?? Math.min(...values);
    const max = heat.max ?? Math.max(...values);
    const cell = cellFor(east - west, north - south, samples.length);
    const across = cellsOf(east - west, cell);
    const down = cellsOf(north - south, cell);
    const inside = heat.within ? this.inside(heat.within, [west, south, east, north], across, down) : null;
    const { value, measured } = heatField(samples, [west, south, east, north], across, down);
    const bytes = new Uint8Array(across * down * 2);
    for (let i = 0; i < value.length; i++) {
      bytes[i * 2] = 255 * Math.min(1, Math.max(0, max > min ? (value[i] - min) / (max - min) : 0.5));
      bytes[i * 2 + 1] = inside?.[i] === 0 ? 0 : 255 * measured[i];
    }
    const colours = heat.palette?.every((one) => /^#[0-9a-f]{6}$/i.test(one)) && heat.palette.length > 1 ? heat.palette : PALETTE;
    this.replace('field', 'uField', this.texture(bytes, across, down, RGFormat));
    this.replace('palette', 'uPalette', this.texture(Uint8Array.from(colours.flatMap((one) => [...rgb(one), 255])), colours.length, 1, RGBAFormat));
    this.palette.colorSpace = SRGBColorSpace;
    this.mesh.scale.set(east - west, north - south, 1);
    this.mesh.position.set(west, south, 0);
    Object.assign(this, { storey: number, elevation, wanted: true });
    const stops = colours.map((colour, i) => ({ value: min + ((max - min) * i) / (colours.length - 1), colour }));
    return { min, max, stops, samples: samples.length, reach_m: REACH_M };
  }

  /**
   * The same storey has the same footprint: reckoned once.
   * @param {NonNullable<Heat['within']>} within
   * @param {[number, number, number, number]} box
   * @param {number} across
   * @param {number} down
   */
  inside(within, box, across, down) {
    const key = String([box, across, down]);
    if (this.mask?.within !== within || this.mask.key !== key) this.mask = { within, key, cells: footprintMask(within, box, across, down) };
    return this.mask.cells;
  }

  /**
   * @param {'field' | 'palette'} name
   * @param {'uField' | 'uPalette'} uniform
   * @param {DataTexture} texture
   */
  replace(name, uniform, texture) {
    this[name].dispose();
    this[name] = this.own[uniform].value = texture;
  }

  /** Before a frame: with its storey, or not at all. @param {import('./states.js').FeatureStates} states */
  follow(states) {
    const at = this.storey * 4;
    this.mesh.visible = this.wanted && (this.storey === 0 || states.storeys[at + 1] > 0.5);
    this.mesh.position.z = this.elevation + (this.storey === 0 ? 0 : states.storeys[at]);
  }

  dispose() {
    this.field.dispose();
    this.palette.dispose();
    this.mesh.geometry.dispose();
    this.material.dispose();
  }
}

/**
 * How large a cell is, m: half a metre, unless that were too much work.
 * @param {number} width m
 * @param {number} depth m
 * @param {number} samples
 */
export function cellFor(width, depth, samples) {
  const heard = Math.min(width * depth, Math.PI * HEARD_M ** 2); // each sensor is heard over so many m²
  return Math.max(CELL_M, Math.sqrt((heard * samples) / MOST_WORK));
}

/** @param {number} metres @param {number} cell */
const cellsOf = (metres, cell) => Math.min(MAX_CELLS, Math.max(2, Math.ceil(metres / cell)));

/**
 * The plane of a field, and those samples that belong to it.
 * @param {Heat} heat
 * @param {import('./types').Scene} scene
 * @returns {{box: [number, number, number, number], elevation: number, number: number, samples: Sample[]} | null}
 */
export function placeOf({ storeyId, samples }, scene) {
  const known = samples.filter((one) => one.length >= 4 && one.slice(0, 4).every(Number.isFinite)).slice(0, MAX_SAMPLES);
  if (storeyId === null) {
    if (known.length === 0) return null;
    const of = (/** @type {number} */ axis) => known.map((one) => one[axis]);
    return {
      box: [Math.min(...of(0)) - REACH_M, Math.min(...of(1)) - REACH_M, Math.max(...of(0)) + REACH_M, Math.max(...of(1)) + REACH_M],
      elevation: Math.min(...of(2)), number: 0, samples: known,
    };
  }
  for (const { bbox, storeys } of scene.buildings) {
    const storey = storeys.find((one) => one.storey_id === storeyId);
    if (!storey) continue;
    const { elevation_m: floor, height_m: height, number } = storey;
    const within = known.filter(([, , z]) => z > floor - STOREY_SLACK_M && z < floor + (height || 3) + STOREY_SLACK_M);
    if (within.length === 0) return null;
    return { box: [bbox[0], bbox[1], bbox[3], bbox[4]], elevation: floor + ABOVE_M, number, samples: within };
  }
  return null;
}
