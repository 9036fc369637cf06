/** What is asked: a line, a pit or the two ends of pipes, how deep, and why. */
import { fill, h, icon } from '../ui/dom.js';
import { keyOf } from '../names.js';
import { numberField, reasonField } from './fields.js';
import { areaOf, cornersOf, heightOf, lengthOf } from './sketch.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/store.js').PipeEnd} PipeEnd */
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

/** @param {Context} context @param {Doing} doing @returns {{element: HTMLElement, begin: () => void, dispose: () => void}} */
export function form(context, { ask, clear, model }) {
  const { tr, store, engine, scene, actions } = context;
  const say = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => tr.text(`underground.${key}`, values);
  /** @type {Kind} */
  let kind = 'cross';
  /** @type {PipeEnd | null} */
  let start = null;
  /** @type {PipeEnd | null} */
  let end = null;
  let isBusy = false;
  const kinds = KINDS.map((one) => h('button', { type: 'button', class: 'button', 'data-kind': one, title: say(`kind.${one}`), onclick: () => choose(one) }, say(`short.${one}`)));
  const hint = h('p', { class: 'hint', 'aria-live': 'polite' });
  const said = h('div', { class: 'dug-said', role: 'status' });
  const halfWidth = numberField(say('halfWidth'), 'half_width_m', { value: 2, min: 0, max: 50 });
  const depth = numberField(say('depth'), 'depth_m', { value: 1.5, min: 0.05, max: 100 });
  const level = numberField(say('level'), 'bottom_level_m', { min: -1000, max: 9000 });
  const slope = numberField(say('slope'), 'side_slope', { value: 0, min: 0, max: 10 }, say('slopeHint'));
  const near = numberField(say('near'), 'near_m', { value: 1, min: 0, max: 20 });
  const numbers = [halfWidth, depth, level, slope, near];
  const by = h('select', { name: 'by' }, h('option', { value: 'depth' }, say('depth')), h('option', { value: 'level' }, say('level')));
  const byField = h('label', { class: 'field' }, h('span', {}, say('by')), by);
  const startRow = h('div', { class: 'dug-end' });
  const endRow = h('div', { class: 'dug-end' });
  const reason = reasonField(tr);
  const again = h('button', { type: 'button', class: 'button', 'data-act': 'again', onclick: () => begin() }, say('again'));
  const go = h('button', { type: 'submit', class: 'button primary', 'data-act': 'check' });

  const arrange = () => {
    for (const one of kinds) one.setAttribute('aria-pressed', String(one.dataset.kind === kind));
    halfWidth.element.hidden = kind !== 'cross';
    for (const one of [byField, slope.element, near.element]) one.hidden = kind !== 'dig';
    depth.element.hidden = kind !== 'dig' || by.value !== 'depth';
    level.element.hidden = kind !== 'dig' || by.value !== 'level';
    startRow.hidden = endRow.hidden = kind !== 'long';
    again.hidden = kind === 'long';
    go.textContent = say(kind === 'dig' ? 'check' : 'draw');
    explain();
  };
  const isReady = () => (kind === 'long' ? Boolean(start && end) : model.corners.length >= LEAST_CORNERS[kind]);
  const explain = () => {
    go.disabled = isBusy || !isReady();
    const { measurement, measureMode } = store.state;
    if (kind === 'long') hint.textContent = say('hint.long');
    else if (isReady()) hint.textContent = kind === 'cross' ? say('drawn.cross', { length: tr.fixed(lengthOf(model.corners), 1) }) : say('drawn.dig', { area: tr.fixed(areaOf(model.corners), 1) });
    else hint.textContent = say(measurement?.done ? `tooFew.${kind}` : measureMode ? `hint.${kind}` : 'idle');
    fill(startRow, ...endParts('start', start, (one) => (start = one)));
    fill(endRow, ...endParts('end', end, (one) => (end = one)));
  };
  /** @param {'start' | 'end'} name @param {PipeEnd | null} one @param {(one: PipeEnd) => void} take */
  const endParts = (name, one, take) => {
    const { feature } = store.state;
    const isPipe = scene.layers.find(({ id }) => id === feature?.layer_id)?.kind === 'pipe';
    const taken = () => {
      if (feature) take(feature);
      said.replaceChildren();
      explain();
    };
    return [
      h('span', {}, say(name)),
      h('strong', { title: one?.feature_id }, one ? one.name || keyOf(one.feature_id) : '–'),
      h('button', { type: 'button', class: 'link-button', 'data-act': `take-${name}`, disabled: !isPipe, onclick: taken }, say('take')),
    ];
  };
  /** Away with what was found and drawn; the next drawing begins. */
  const begin = () => {
    clear();
    fill(said);
    if (MODES[kind]) actions.measure(MODES[kind]);
    arrange();
  };
  const choose = (/** @type {Kind} */ wanted) => {
    kind = wanted;
    begin();
  };
  const setLevel = () => {
    const points = store.state.measurement?.points ?? [];
    if (by.value === 'level' && level.input.value === '' && points.length) level.input.value = (heightOf(points) + scene.campus.origin[2] - (depth.value ?? 0)).toFixed(2);
  };
  by.addEventListener('change', () => {
    setLevel();
    arrange();
  });
  /** What the server is asked, without the reason. */
  const body = () => {
    if (kind === 'long') return { layer_id: start?.layer_id, start: start?.feature_id, end: end?.feature_id };
    if (kind === 'cross') return { line: model.corners, half_width_m: halfWidth.value ?? 0 };
    const deep = by.value === 'depth' ? { depth_m: depth.value } : { bottom_level_m: level.value };
    return { area: model.corners, ...deep, side_slope: slope.value ?? 0, near_m: near.value ?? 1 };
  };
  const submit = async () => {
    if (!isReady() || isBusy || numbers.some((one) => !one.element.hidden && !one.input.reportValidity())) return;
    if (!reason.accepted()) return fill(said, h('p', { class: 'error', role: 'alert' }, icon('warning'), say('noReason')));
    if (kind === 'long' && start?.layer_id !== end?.layer_id) return fill(said, h('p', { class: 'error', role: 'alert' }, icon('warning'), say('otherLayer')));
    isBusy = true;
    explain();
    fill(said, h('p', { class: 'empty' }, say('waiting')));
    try {
      const answer = await ask(kind, { ...body(), exactly: reason.text(), language: tr.language });
      if (answer) fill(said, h('p', {}, answer.summary), kind === 'dig' ? h('p', { class: 'hint' }, say('dig.permit')) : null);
    } catch (fault) {
      fill(said, h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(/** @type {import('../ui/api.js').ApiError} */ (fault).text)));
    }
    isBusy = false;
    explain();
  };
  /** Somebody drew, or took it back. */
  const drawn = () => {
    const { measureMode, measurement } = store.state;
    if (!measurement) {
      if (!measureMode && model.corners.length && !model.painted) model.corners = [];
    } else if (measurement.done && measureMode) {
      model.corners = cornersOf(measurement.points, Math.max(TREMOR_M, TREMOR_PX * engine.metresPerPixel()), kind === 'dig');
      setLevel();
    } else if (measureMode) model.corners = [];
    explain();
    if (measurement?.done && measureMode && isReady()) (reason.accepted() ? go : reason.input).focus({ preventScroll: true });
  };
  const wanted = () => {
    const { longAsked } = store.state;
    if (!longAsked) return;
    store.set({ longAsked: null });
    ({ start, end } = longAsked);
    choose('long');
    if (reason.accepted()) void submit();
    else reason.input.focus({ preventScroll: true });
  };
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape' || !(event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement)) return;
    event.preventDefault();
    event.stopPropagation();
    if (store.state.measureMode) actions.measure(null);
    else store.set({ tool: null });
  };
  const element = h(
    'form',
    {
      class: 'tool-body dug-form',
      novalidate: true,
      onkeydown: escape,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        void submit();
      },
    },
    h('div', { class: 'button-row' }, ...kinds),
    hint,
    ...[halfWidth, byField, depth, level, slope, near].map((one) => ('element' in one ? one.element : one)),
    startRow,
    endRow,
    reason.element,
    h('div', { class: 'button-row' }, go, again),
    said,
  );
  begin();
  const stops = [store.watch(['measurement', 'measureMode'], drawn), store.watch(['feature'], explain), store.watch(['longAsked'], wanted)];
  return { element, begin, dispose: () => stops.forEach((stop) => stop()) };
}
