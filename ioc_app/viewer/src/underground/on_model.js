/** An answer on the model: colours by verdict, the pit open, the ground seen through, the drawn line; and all of it away again. */
import { clear as unpaint, paint } from '../pipes/painting.js';

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
    /** How see-through the ground was made for the answer; null: it was left as it was. @type {number | null} */
    this.seenThrough = null;
  }

  /** @param {import('./answers.js').Answer} answer @param {boolean} isPit */
  show({ paints, layers }, isPit) {
    const { engine, store, actions } = this.context;
    paint(this.context, paints);
    this.painted = true;
    engine.measure(null, true);
    store.set({ measureMode: null });
    const before = store.state.groundOpacity;
    for (const one of layers) actions.uncover({ layer_id: one });
    if (store.state.groundOpacity !== before) this.seenThrough = store.state.groundOpacity;
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
    const { engine, store, actions } = this.context;
    if (!this.painted) return;
    this.painted = false;
    unpaint(this.context);
    engine.digWindow(store.state.dig);
    if (this.seenThrough !== null && store.state.groundOpacity === this.seenThrough) actions.groundOpacity(1);
    this.seenThrough = null;
  }
}
