/** Layers that a tool has shown, pipes through the ground; closing it makes the ground what it was. */

/** @typedef {import('./context.js').Context} Context */

export class Uncovered {
  /** @param {Pick<Context, 'store' | 'actions'>} context */
  constructor({ store, actions }) {
    this.store = store;
    this.actions = actions;
    /** How see-through the ground was made; null: it was left as it was. @type {number | null} */
    this.opacity = null;
  }

  /** @param {...(string | null)} layers ids; null: of no layer */
  show(...layers) {
    const before = this.store.state.groundOpacity;
    for (const layer_id of layers) if (layer_id !== null) this.actions.uncover({ layer_id });
    if (this.store.state.groundOpacity !== before) this.opacity = this.store.state.groundOpacity;
  }

  /** Unless somebody has changed the ground since. */
  restore() {
    if (this.opacity !== null && this.store.state.groundOpacity === this.opacity) this.actions.groundOpacity(1);
    this.opacity = null;
  }
}
