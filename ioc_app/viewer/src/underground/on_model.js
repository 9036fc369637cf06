/** An answer on the model: colours by verdict, the pit open, the ground seen through, the drawn line; and all of it away again. */
import { clear as unpaint, paint } from '../pipes/painting.js';
import { Uncovered } from '../ui/uncovered.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {[number, number, number]} Colour */

/** Each beside its word in the answer. @type {Record<'hit' | 'possible' | 'near' | 'cut' | 'beside', Colour>} */
export const PAINT = { hit: [230, 60, 60], possible: [245, 166, 35], near: [90, 200, 250], cut: [90, 200, 250], beside: [245, 166, 35] };

const MOST_CORNERS = 32; // of a window in the ground
const NEAR_M = 25;

export class OnModel {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** @type {import('./sketch.js').Corner[]} */
    this.corners = [];
    this.painted = false;
    this.uncovered = new Uncovered(context);
  }

  /** @param {import('./answers.js').Answer} answer @param {boolean} isPit */
  show({ paints, layers }, isPit) {
    const { engine, store } = this.context;
    paint(this.context, paints);
    this.painted = true;
    engine.measure(null, true);
    store.set({ measureMode: null });
    this.uncovered.show(...layers);
    if (isPit && this.corners.length <= MOST_CORNERS) engine.digWindow({ polygon: this.corners });
  }

  /** @param {import('./answers.js').Row} row */
  go(row) {
    const { engine, actions } = this.context;
    if (row.idx === null) return;
    actions.uncover(row);
    engine.select(row.idx);
    if (row.scene) engine.flyTo({ position: row.scene, distance_m: NEAR_M });
  }

  /** What was drawn goes, too. */
  clear() {
    this.wipe();
    this.context.actions.measure(null);
    this.corners = [];
  }

  /** The answer is taken back. */
  wipe() {
    const { engine, store } = this.context;
    if (!this.painted) return;
    this.painted = false;
    unpaint(this.context);
    engine.digWindow(store.state.dig);
    this.uncovered.restore();
  }
}
