/** What is asked: a line, a pit or the two ends of pipes, how deep, and why. */
import { fill, h, icon } from '../ui/dom.js';
import { PipeEnds } from './ends.js';
import { numberField, reasonField } from './fields.js';
import { areaOf, cornersOf, heightOf, lengthOf } from './sketch.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./index.js').Kind} Kind */
/** @typedef {import('./answers.js').Answer} Answer */
/** @typedef {{ask: (kind: Kind, body: object) => Promise<Answer | null>, clear: () => void, model: import('./on_model.js').OnModel}} Doing */

const KINDS = /** @type {Kind[]} */ (['cross', 'long', 'dig']);
/** What is measured to draw it. */
const MODES = /** @type {const} */ ({ cross: 'distance', dig: 'area', long: null });
const LEAST_CORNERS = { cross: 2, dig: 3, long: 0 };
/** A double click's two points lie this near, px and at least m. */
const TREMOR_PX = 8;
const TREMOR_M = 0.05;

export class AskForm {
  /** @param {Context} context @param {Doing} doing */
  constructor(context, doing) {
    const { store } = context;
    this.context = context;
    this.doing = doing;
    /** @type {Kind} */
    this.kind = 'cross';
    this.isBusy = false;
    this.hint = h('p', { class: 'hint', 'aria-live': 'polite' });
    this.said = h('div', { class: 'dug-said', role: 'status' });
    this.ends = new PipeEnds(context, () => (fill(this.said), this.explain()));
    this.fields = this.numbers();
    this.by = h('select', { name: 'by', onchange: () => (this.suggestLevel(), this.arrange()) }, ...['depth', 'level'].map((one) => h('option', { value: one }, this.say(one))));
    this.byField = h('label', { class: 'field' }, h('span', {}, this.say('by')), this.by);
    this.reason = reasonField(context.tr);
    this.kinds = KINDS.map((one) => h('button', { type: 'button', class: 'button', 'data-kind': one, title: this.say(`kind.${one}`), onclick: () => this.choose(one) }, this.say(`short.${one}`)));
    this.again = h('button', { type: 'button', class: 'button', 'data-act': 'again', onclick: () => this.begin() }, this.say('again'));
    this.check = h('button', { type: 'submit', class: 'button primary', 'data-act': 'check' });
    this.element = this.arranged();
    this.begin();
    const watched = /** @type {const} */ ([
      [['measurement', 'measureMode'], () => this.drawn()],
      [['feature'], () => this.explain()],
      [['longAsked'], () => this.wanted()],
    ]);
    this.stops = watched.map(([keys, run]) => store.watch([...keys], run));
  }

  dispose() {
    this.stops.forEach((stop) => stop());
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  say(key, values) {
    return this.context.tr.text(`underground.${key}`, values);
  }

  numbers() {
    return {
      halfWidth: numberField(this.say('halfWidth'), 'half_width_m', { value: 2, min: 0, max: 50 }),
      depth: numberField(this.say('depth'), 'depth_m', { value: 1.5, min: 0.05, max: 100 }),
      level: numberField(this.say('level'), 'bottom_level_m', { min: -1000, max: 9000 }),
      slope: numberField(this.say('slope'), 'side_slope', { value: 0, min: 0, max: 10 }, this.say('slopeHint')),
      near: numberField(this.say('near'), 'near_m', { value: 1, min: 0, max: 20 }),
    };
  }

  arranged() {
    const { halfWidth, depth, level, slope, near } = this.fields;
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.submit();
    };
    return h(
      'form',
      { class: 'tool-body dug-form', novalidate: true, onkeydown: (/** @type {KeyboardEvent} */ event) => this.keyed(event), onsubmit: submit },
      h('div', { class: 'button-row' }, ...this.kinds),
      this.hint,
      halfWidth.element,
      this.byField,
      ...[depth, level, slope, near].map((one) => one.element),
      this.ends.element,
      this.reason.element,
      h('div', { class: 'button-row' }, this.check, this.again),
      this.said,
    );
  }

  /** Shows what the kind asks for. */
  arrange() {
    const { halfWidth, depth, level, slope, near } = this.fields;
    const isDig = this.kind === 'dig';
    for (const one of this.kinds) one.setAttribute('aria-pressed', String(one.dataset.kind === this.kind));
    halfWidth.element.hidden = this.kind !== 'cross';
    for (const one of [this.byField, slope.element, near.element]) one.hidden = !isDig;
    depth.element.hidden = !isDig || this.by.value !== 'depth';
    level.element.hidden = !isDig || this.by.value !== 'level';
    this.ends.element.hidden = this.kind !== 'long';
    this.again.hidden = this.kind === 'long';
    this.check.textContent = this.say(isDig ? 'check' : 'draw');
    this.explain();
  }

  get isReady() {
    return this.kind === 'long' ? this.ends.areThere : this.doing.model.corners.length >= LEAST_CORNERS[this.kind];
  }

  /** What is to be done next. */
  explain() {
    this.check.disabled = this.isBusy || !this.isReady;
    this.hint.textContent = this.next();
    this.ends.draw();
  }

  next() {
    const { tr, store } = this.context;
    const { measurement, measureMode } = store.state;
    const { corners } = this.doing.model;
    if (this.kind === 'long') return this.say('hint.long');
    if (this.isReady) return this.kind === 'cross' ? this.say('drawn.cross', { length: tr.fixed(lengthOf(corners), 1) }) : this.say('drawn.dig', { area: tr.fixed(areaOf(corners), 1) });
    if (measurement?.done) return this.say(`tooFew.${this.kind}`);
    return this.say(measureMode ? `hint.${this.kind}` : 'idle');
  }

  /** Away with what was found and drawn; the next drawing begins. */
  begin() {
    this.doing.clear();
    fill(this.said);
    const mode = MODES[this.kind];
    if (mode) this.context.actions.measure(mode);
    this.arrange();
  }

  /** @param {Kind} kind */
  choose(kind) {
    this.kind = kind;
    this.begin();
  }

  /** A level of the bottom that is as deep as was said, under what was clicked. */
  suggestLevel() {
    const { store, scene } = this.context;
    const { level, depth } = this.fields;
    const points = store.state.measurement?.points ?? [];
    if (this.by.value === 'level' && level.input.value === '' && points.length) level.input.value = (heightOf(points) + scene.campus.origin[2] - (depth.value ?? 0)).toFixed(2);
  }

  /** What the server is asked, without the reason. */
  body() {
    const { corners } = this.doing.model;
    const { halfWidth, depth, level, slope, near } = this.fields;
    if (this.kind === 'long') return this.ends.body;
    if (this.kind === 'cross') return { line: corners, half_width_m: halfWidth.value };
    const deep = this.by.value === 'depth' ? { depth_m: depth.value } : { bottom_level_m: level.value };
    return { area: corners, ...deep, side_slope: slope.value, near_m: near.value };
  }

  /** What is missing, in words; browsers say themselves what a number must be. */
  refusal() {
    if (!this.reason.accepted()) return this.say('noReason');
    return this.kind === 'long' && !this.ends.areOfOneKind ? this.say('otherLayer') : '';
  }

  async submit() {
    const { tr } = this.context;
    if (!this.isReady || this.isBusy) return;
    if (Object.values(this.fields).some((one) => !one.element.hidden && !one.input.reportValidity())) return;
    const refusal = this.refusal();
    if (refusal) return this.complain(refusal);
    this.isBusy = true;
    this.explain();
    fill(this.said, h('p', { class: 'empty' }, this.say('waiting')));
    try {
      const answer = await this.doing.ask(this.kind, { ...this.body(), exactly: this.reason.text(), language: tr.language });
      if (answer) fill(this.said, h('p', {}, answer.summary), this.kind === 'dig' ? h('p', { class: 'hint' }, this.say('dig.permit')) : null);
    } catch (fault) {
      this.complain(tr.title(/** @type {import('../ui/api.js').ApiError} */ (fault).text));
    }
    this.isBusy = false;
    this.explain();
  }

  /** @param {string} text */
  complain(text) {
    fill(this.said, h('p', { class: 'error', role: 'alert' }, icon('warning'), text));
  }

  /** Somebody drew, or took it back. */
  drawn() {
    const { store, engine } = this.context;
    const { measureMode, measurement } = store.state;
    const { model } = this.doing;
    const isDone = Boolean(measurement?.done && measureMode);
    if (measurement && isDone) {
      model.corners = cornersOf(measurement.points, Math.max(TREMOR_M, TREMOR_PX * engine.metresPerPixel()), this.kind === 'dig');
      this.suggestLevel();
    } else if (measureMode || !(measurement || model.painted)) model.corners = [];
    this.explain();
    if (isDone && this.isReady) (this.reason.accepted() ? this.check : this.reason.input).focus({ preventScroll: true });
  }

  /** A pipe's card asks for the way to an end of its trace. */
  wanted() {
    const { store } = this.context;
    const { longAsked } = store.state;
    if (!longAsked) return;
    store.set({ longAsked: null });
    this.ends.ends = longAsked;
    this.choose('long');
    if (this.reason.accepted()) void this.submit();
    else this.reason.input.focus({ preventScroll: true });
  }

  /** Esc in a field, which the keys of the desk leave alone. @param {KeyboardEvent} event */
  keyed(event) {
    if (event.key !== 'Escape' || !(event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement)) return;
    const { store, actions } = this.context;
    event.preventDefault();
    event.stopPropagation();
    if (store.state.measureMode) actions.measure(null);
    else store.set({ tool: null });
  }
}
