/** A comparison on the model, and all of it away again: colours, lines of what is gone, the ground seen through. */
import { CHANGES, coloursOf } from './classes.js';
import { ghostsOf } from './ghosts.js';
import { coloursFor } from './painting.js';
import { Uncovered } from '../ui/uncovered.js';

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
    this.uncovered = new Uncovered(context);
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
    this.uncovered.show(...told.layers.filter((one) => CHANGES.some((change) => one[change])).map((one) => one.layer_id));
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
    const { engine, actions } = this.context;
    engine.select(null); // what is selected has not the colour of its class
    this.uncovered.show(layer_id);
    actions.flyTo({ bbox });
    this.draw(idx === null ? feature_id : null);
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
    this.stop();
    const painted = this.told !== null;
    this.forget();
    if (painted) void this.context.actions.colourBy(this.before);
    this.uncovered.restore();
  }
}
