/** The field between the sensors of the one storey that is shown. */

/** @typedef {import('../engine/types').Engine} Engine */
/** @typedef {import('../ui/api.js').Plan} Plan */
/** @typedef {import('./sensors.js').Sensor} Sensor */
/** `none`: no single storey is shown. @typedef {{state: 'none' | 'off'} | {state: 'few', samples: number} | {state: 'shown', samples: number, reach_m: number}} Field */

/** Between two sensors there is a line, not a field. */
export const FEWEST = 3;

/** @param {import('../ui/store.js').State} state @returns {string | null} storey_id */
export function storeyShown({ isolation, planStorey }) {
  return isolation?.storeyIds.length === 1 ? isolation.storeyIds[0] : isolation ? null : planStorey;
}

/**
 * @param {Engine} engine
 * @param {string} storeyId
 * @param {readonly Sensor[]} sensors
 * @returns {import('../engine/types').Heat['samples']} of those that can be believed and stand there
 */
export function samplesOf(engine, storeyId, sensors) {
  const storey = engine.scene?.buildings.flatMap((one) => one.storeys).find((one) => one.storey_id === storeyId);
  return sensors.flatMap(({ idx, value }) => {
    const at = value === null ? null : engine.markerAt(idx);
    return at && value !== null && at.storey === storey?.number ? [[...at.position, value]] : [];
  });
}

/**
 * What the storey covers: its rooms and its walls; null where the model has neither.
 * @param {Plan} plan
 * @returns {import('../ui/api.js').Ring[][] | null}
 */
export function footprintOf({ spaces, walls }) {
  const polygons = [...spaces.map((one) => one.rings), walls].filter((rings) => rings.length > 0);
  return polygons.length ? polygons : null;
}

/** One field at a time; the footprints of storeys are asked for once. */
export class SensorField {
  /** @param {Engine} engine @param {import('../ui/api.js').Api} api @param {() => void} arrived a footprint is there */
  constructor(engine, api, arrived) {
    this.engine = engine;
    this.api = api;
    this.arrived = arrived;
    /** undefined: on its way. @type {Map<string, ReturnType<typeof footprintOf> | undefined>} */
    this.footprints = new Map();
    this.drawn = '';
    /** @type {import('../engine/types').HeatLegend | null} */
    this.legend = null;
  }

  /**
   * @param {string | null} storeyId
   * @param {boolean} wanted
   * @param {readonly Sensor[]} sensors
   * @param {{from: number, to: number} | null} range
   * @param {string[]} palette
   * @returns {Field}
   */
  draw(storeyId, wanted, sensors, range, palette) {
    if (!storeyId || !wanted) return this.clear(storeyId ? 'off' : 'none');
    const samples = samplesOf(this.engine, storeyId, sensors);
    if (samples.length < FEWEST || !range) {
      this.clear('none');
      return { state: 'few', samples: samples.length };
    }
    const within = this.footprint(storeyId);
    if (within === undefined) return this.clear('none');
    const key = JSON.stringify([storeyId, samples, range.from, range.to, palette[0], palette.length]);
    if (key !== this.drawn) this.legend = this.engine.setHeat({ storeyId, samples, min: range.from, max: range.to, palette, within });
    this.drawn = key;
    return this.legend ? { state: 'shown', samples: this.legend.samples, reach_m: this.legend.reach_m } : { state: 'few', samples: 0 };
  }

  /** @param {string} storeyId */
  footprint(storeyId) {
    if (!this.footprints.has(storeyId)) {
      this.footprints.set(storeyId, undefined);
      this.api.plan(storeyId).then(footprintOf, () => null).then((found) => {
        this.footprints.set(storeyId, found);
        this.arrived();
      });
    }
    return this.footprints.get(storeyId);
  }

  /** @param {'none' | 'off'} state @returns {Field} */
  clear(state) {
    if (this.drawn) this.engine.setHeat(null);
    this.drawn = '';
    return { state };
  }
}
