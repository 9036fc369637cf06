/** A comparison on the model, and all of it away again: colours, lines of what is gone, the ground seen through. */
import { coloursOf } from './classes.js';
import { ghostsOf } from './ghosts.js';
import { coloursFor } from './painting.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./shapes.js').Compared} Compared */

const RED = `#${coloursOf('removed')[0].map((one) => one.toString(16).padStart(2, '0')).join('')}`;

export class OnModel {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** What the model was coloured by before. */
    this.before = context.store.state.colouring;
    /** @type {Compared | null} */
    this.told = null;
    /** How see-through the ground was made to show something. @type {number | null} */
    this.seenThrough = null;
    // a colouring that somebody chose meanwhile is theirs, and stays
    this.stop = context.store.watch(['colouring'], ({ colouring }) => colouring && this.told && this.forget());
  }

  /** Only the generation that the answer counts in is painted: the page may be about to show another. @param {Compared} told */
  show(told) {
    const { engine, actions, scene } = this.context;
    this.wipe();
    if (told.in_use !== scene.generation) return;
    void actions.colourBy(null);
    this.told = told;
    engine.colourBy(coloursFor(scene, told.features));
    this.draw(null);
  }

  /** @param {string | null} chosen what is gone and drawn through */
  draw(chosen) {
    const { engine, scene } = this.context;
    const [, , bottom, , , top] = scene.bbox;
    if (this.told) engine.drawLines(ghostsOf(this.told.removed, (bottom + top) / 2, chosen), RED);
  }

  /** Goes there. @param {import('./shapes.js').Row} row @param {string} layer_id */
  go({ idx, bbox, feature_id }, layer_id) {
    const { engine, actions, store } = this.context;
    const { groundOpacity } = store.state;
    engine.select(null); // what is selected has not the colour of its class
    actions.uncover({ layer_id });
    actions.flyTo({ bbox });
    this.draw(idx === null ? feature_id : null);
    if (store.state.groundOpacity !== groundOpacity) this.seenThrough = store.state.groundOpacity;
  }

  forget() {
    this.told = null;
    this.context.engine.drawLines([]);
  }

  wipe() {
    if (!this.told) return;
    this.forget();
    void this.context.actions.colourBy(null);
  }

  /** Every colour back. */
  dispose() {
    const { store, actions } = this.context;
    this.stop();
    const painted = this.told !== null;
    this.forget();
    if (painted) void actions.colourBy(this.before);
    if (this.seenThrough !== null && store.state.groundOpacity === this.seenThrough) actions.groundOpacity(1);
  }
}
