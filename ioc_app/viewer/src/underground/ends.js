/** The two ends of a long section, each taken from what is selected. */
import { fill, h } from '../ui/dom.js';
import { keyOf } from '../names.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/store.js').PipeEnd} PipeEnd */

export class PipeEnds {
  /** @param {Context} context @param {() => void} changed */
  constructor(context, changed) {
    this.context = context;
    this.changed = changed;
    /** @type {Record<'start' | 'end', PipeEnd | null>} */
    this.ends = { start: null, end: null };
    this.rows = { start: h('div', { class: 'dug-end' }), end: h('div', { class: 'dug-end' }) };
    this.element = h('div', { class: 'dug-ends' }, this.rows.start, this.rows.end);
  }

  get areThere() {
    return Boolean(this.ends.start && this.ends.end);
  }

  /** Whether one way may lead from one to the other. */
  get areOfOneKind() {
    return this.ends.start?.layer_id === this.ends.end?.layer_id;
  }

  /** What the server is asked. */
  get body() {
    const { start, end } = this.ends;
    return { layer_id: start?.layer_id, start: start?.feature_id, end: end?.feature_id };
  }

  draw() {
    for (const name of /** @type {const} */ (['start', 'end'])) fill(this.rows[name], ...this.parts(name));
  }

  /** @param {'start' | 'end'} name */
  parts(name) {
    const { tr, store, scene } = this.context;
    const { feature } = store.state;
    const one = this.ends[name];
    const isPipe = scene.layers.find(({ id }) => id === feature?.layer_id)?.kind === 'pipe';
    const take = () => {
      this.ends[name] = feature;
      this.changed();
    };
    return [
      h('span', {}, tr.text(`underground.${name}`)),
      h('strong', { title: one?.feature_id }, one ? one.name || keyOf(one.feature_id) : '–'),
      h('button', { type: 'button', class: 'link-button', 'data-act': `take-${name}`, disabled: !isPipe, onclick: take }, tr.text('underground.take')),
    ];
  }
}
