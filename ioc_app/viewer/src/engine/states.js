/**
 * What each feature looks like now: one RGBA8 texel an idx (colour, strength, hidden), the storey of each idx and one
 * texel a storey (lift, shown). Vertex shaders read them, so recolouring 10,000 features is one texture upload.
 */
import { DataTexture, FloatType, NearestFilter, RedIntegerFormat, RGBAFormat, UnsignedByteType, UnsignedShortType } from 'three';

export const STATE_WIDTH = 1024;
const HIDDEN = 0x80;
const STRENGTH = 0x7f;

/**
 * @param {number} count
 * @returns {number} rows of a texture STATE_WIDTH wide that holds `count` texels
 */
const rowsFor = (count) => Math.max(1, Math.ceil(count / STATE_WIDTH));

export class FeatureStates {
  /**
   * @param {number} features size of the idx space
   * @param {number} storeys highest storey number
   */
  constructor(features, storeys) {
    const rows = rowsFor(features);
    this.features = features;
    this.bytes = new Uint8Array(STATE_WIDTH * rows * 4);
    this.storeyOf = new Uint16Array(STATE_WIDTH * rows);
    this.storeys = new Float32Array((storeys + 1) * 4);
    this.texture = new DataTexture(this.bytes, STATE_WIDTH, rows, RGBAFormat, UnsignedByteType);
    this.storeyOfTexture = new DataTexture(this.storeyOf, STATE_WIDTH, rows, RedIntegerFormat, UnsignedShortType);
    this.storeyOfTexture.internalFormat = 'R16UI';
    this.storeyOfTexture.unpackAlignment = 2;
    this.storeysTexture = new DataTexture(this.storeys, storeys + 1, 1, RGBAFormat, FloatType);
    for (const texture of this.textures()) {
      texture.minFilter = texture.magFilter = NearestFilter;
      texture.generateMipmaps = false;
    }
    this.isolate(null);
    for (const texture of this.textures()) texture.needsUpdate = true;
    this.uniforms = {
      uState: { value: this.texture },
      uStoreyOf: { value: this.storeyOfTexture },
      uStoreys: { value: this.storeysTexture },
    };
    this.hiddenCount = 0;
    this.isolated = false;
    this.lifted = false;
  }

  textures() {
    return [this.texture, this.storeyOfTexture, this.storeysTexture];
  }

  /** True while a ray against the resting triangles would hit what is not drawn there. */
  get differsFromMeshes() {
    return this.hiddenCount > 0 || this.isolated || this.lifted;
  }

  /**
   * Replace all colours. Alpha is the strength over the feature's own colour.
   * @param {Uint32Array} idx
   * @param {Uint8Array} rgba four bytes an idx, sRGB
   */
  colourBy(idx, rgba) {
    if (rgba.length !== idx.length * 4) throw new RangeError(`colourBy: ${idx.length} idx but ${rgba.length} bytes of rgba`);
    this.clearColours();
    for (let i = 0; i < idx.length; i++) {
      if (idx[i] >= this.features) continue;
      const at = idx[i] * 4;
      this.bytes[at] = rgba[i * 4];
      this.bytes[at + 1] = rgba[i * 4 + 1];
      this.bytes[at + 2] = rgba[i * 4 + 2];
      this.bytes[at + 3] = (this.bytes[at + 3] & HIDDEN) | (rgba[i * 4 + 3] >> 1);
    }
    this.texture.needsUpdate = true;
  }

  clearColours() {
    for (let at = 3; at < this.bytes.length; at += 4) this.bytes[at] &= HIDDEN;
    this.texture.needsUpdate = true;
  }

  /**
   * @param {ArrayLike<number>} idx
   * @param {boolean} hidden
   */
  setHidden(idx, hidden) {
    for (let i = 0; i < idx.length; i++) {
      if (idx[i] >= this.features) continue;
      const at = idx[i] * 4 + 3;
      if (Boolean(this.bytes[at] & HIDDEN) === hidden) continue;
      this.bytes[at] ^= HIDDEN;
      this.hiddenCount += hidden ? 1 : -1;
    }
    this.texture.needsUpdate = true;
  }

  clearHidden() {
    for (let at = 3; at < this.bytes.length; at += 4) this.bytes[at] &= STRENGTH;
    this.hiddenCount = 0;
    this.texture.needsUpdate = true;
  }

  /** @param {number} idx */
  isHidden(idx) {
    return idx < this.features && (this.bytes[idx * 4 + 3] & HIDDEN) !== 0;
  }

  /**
   * Called as tiles arrive: which storey each feature stands on.
   * @param {Uint32Array} idx
   * @param {Uint16Array} storey
   */
  setStoreys(idx, storey) {
    for (let i = 0; i < idx.length; i++) if (idx[i] < this.features) this.storeyOf[idx[i]] = storey[i];
    this.storeyOfTexture.needsUpdate = true;
  }

  /** @param {number} idx whether neither hidden nor on a storey that is put aside */
  isShown(idx) {
    return idx < this.features && !this.isHidden(idx) && this.storeys[this.storeyOf[idx] * 4 + 1] > 0.5;
  }

  /** @param {number} idx */
  liftOf(idx) {
    return idx < this.features ? (this.storeys[this.storeyOf[idx] * 4] ?? 0) : 0;
  }

  /** How far storeys on screen are lifted, m: 0 and every other value once. */
  lifts() {
    const shown = this.storeys.filter((_, at) => at % 4 === 0 && this.storeys[at + 1] > 0.5);
    return new Set([0, ...shown]);
  }

  /** @param {number} idx @param {number} lift m @returns {boolean} whether it is shown, and lifted that far */
  isDrawnAt(idx, lift) {
    return this.isShown(idx) && this.liftOf(idx) === lift;
  }

  /** @param {Iterable<number> | null} numbers storeys that stay; null shows all */
  isolate(numbers) {
    const shown = numbers === null ? null : new Set(numbers);
    for (let n = 0; n * 4 < this.storeys.length; n++) this.storeys[n * 4 + 1] = shown === null || shown.has(n) ? 1 : 0;
    this.isolated = shown !== null;
    this.storeysTexture.needsUpdate = true;
  }

  /** @param {Map<number, number>} lifts metres by storey number; the others rest */
  lift(lifts) {
    for (let n = 0; n * 4 < this.storeys.length; n++) this.storeys[n * 4] = lifts.get(n) ?? 0;
    this.lifted = [...lifts.values()].some((metres) => metres !== 0);
    this.storeysTexture.needsUpdate = true;
  }

  dispose() {
    for (const texture of this.textures()) texture.dispose();
  }
}

/**
 * How far each storey is lifted: those above ground move up, those below (negative ordinals) move down, each by its height.
 * @param {{elevation_m: number, height_m: number, ordinal: number, number: number}[]} storeys of one building
 * @param {number} factor 0 together … 1 apart
 * @returns {Map<number, number>} metres by storey number
 */
export function storeyLifts(storeys, factor) {
  const sorted = [...storeys].sort((a, b) => a.elevation_m - b.elevation_m);
  const first = Math.max(0, sorted.findIndex((one) => one.ordinal >= 0));
  const gap = (/** @type {{height_m: number}} */ storey) => Math.max(storey.height_m || 0, 2.5) * 1.4;
  /** @type {Map<number, number>} */
  const lifts = new Map();
  for (let i = first, up = 0; i < sorted.length; i++) {
    lifts.set(sorted[i].number, up * factor);
    up += gap(sorted[i]);
  }
  for (let i = first - 1, down = 0; i >= 0; i--) {
    down += gap(sorted[i]);
    lifts.set(sorted[i].number, -down * factor);
  }
  return lifts;
}

/**
 * The storey of a point thing that does not say: that of the building it is in, by height.
 * @param {[number, number, number]} position
 * @param {import('./types').SceneBuilding[]} buildings
 * @returns {number} 0: outdoors
 */
export function storeyAt([x, y, z], buildings) {
  const within = buildings.find(({ bbox }) => x > bbox[0] && x < bbox[3] && y > bbox[1] && y < bbox[4] && z > bbox[2] - 1 && z < bbox[5]);
  if (!within || within.storeys.length === 0) return 0;
  const below = within.storeys.filter((storey) => storey.elevation_m <= z + 0.1).sort((a, b) => b.elevation_m - a.elevation_m);
  return below[0]?.number ?? 0;
}
