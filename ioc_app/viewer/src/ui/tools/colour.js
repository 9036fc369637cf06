/** Colour a layer by a column, a property or an attribute; the legend at the lower left explains it. */
import { debounce, fill, h } from '../dom.js';
import { RAMPS, gradient } from '../palettes.js';
import { asApiError } from '../actions.js';
import { refOf } from '../api.js';
import { fieldGroup, fieldTitle } from '../fields.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../api.js').Field} Field */
/** @typedef {import('../api.js').FieldRef} FieldRef */

const SEARCHABLE_FROM = 9; // fields; fewer are seen at a glance
const SHOWN_AT_ONCE = 300;
const QUIET_MS = 120;
/** Among the layers: not what is stored of things, but what they measure. */
const NOW = 'now';
/** What is measured colours devices, and the rooms they stand in. */
const MEASURING = 'devices';

/** @param {Context} context @returns {import('../context.js').Panel} */
export function colourTool(context) {
  const { tr, scene, store } = context;
  const layers = scene.layers.filter((one) => one.features && one.kind !== 'table' && one.kind !== 'terrain');
  if (!layers.length) return { element: h('p', { class: 'tool-body hint' }, tr.text('colour.none')) };
  const select = h('select', { 'data-field': 'layer' }, ...layers.map((one) => h('option', { value: one.id }, tr.title(one.title))));
  const measuring = store.state.me && layers.some((one) => one.id === MEASURING);
  if (measuring) select.prepend(h('option', { value: NOW }, tr.text('colour.now')));
  select.value = placeOf(store.state.colouring) ?? store.state.feature?.layer_id ?? layers[0].id;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
  const choice = new FieldChoice(context);
  select.addEventListener('change', () => void choice.open(select.value));
  void choice.open(select.value);
  const element = h('div', { class: 'tool-body' }, h('label', { class: 'field' }, h('span', {}, tr.text('colour.layer')), select), choice.element);
  return { element, dispose: () => choice.dispose() };
}

/** The fields of one layer: grouped by where they are kept, filtered by what is typed. */
class FieldChoice {
  /** @param {Context} context */
  constructor(context) {
    const { tr, store } = context;
    this.context = context;
    this.layer = '';
    /** @type {Field[]} */
    this.fields = [];
    this.list = h('select', { 'data-field': 'column', size: 9, 'aria-label': tr.text('colour.column') });
    this.filter = h('input', { type: 'text', class: 'filter', 'data-field': 'filter', placeholder: tr.text('colour.filter'), 'aria-label': tr.text('colour.filter') });
    this.note = h('p', { class: 'hint', role: 'status' });
    this.ramps = rampChoice(context, store.state.colouring?.ramp ?? RAMPS[0], () => this.apply());
    this.later = debounce(() => this.draw(), QUIET_MS);
    this.filter.addEventListener('input', () => this.later());
    this.list.addEventListener('change', () => this.apply());
    const field = h('div', { class: 'field' }, h('span', {}, tr.text('colour.column')), this.filter, this.list, this.note);
    this.element = h('div', { class: 'field-choice' }, field, this.ramps.element, h('p', { class: 'hint' }, tr.text('colour.hint')));
    // a colouring undone elsewhere is undone here
    this.stop = store.watch(['colouring'], () => this.draw());
  }

  /** @param {string} layer */
  async open(layer) {
    const { api, tr } = this.context;
    this.layer = layer;
    this.fields = [];
    this.filter.value = '';
    this.note.textContent = tr.text('colour.loading');
    this.draw();
    try {
      const fields = layer === NOW ? (await api.quantities()).map(asField) : await api.fields(layer);
      if (this.layer !== layer) return;
      this.fields = fields;
      this.note.textContent = '';
      this.draw();
    } catch (fault) {
      if (this.layer === layer) this.note.textContent = tr.title(asApiError(fault).text);
    }
  }

  draw() {
    const { tr, store } = this.context;
    const wanted = this.filter.value.trim().toLowerCase();
    const found = this.fields.filter((one) => searchText(tr, one).includes(wanted));
    const shown = found.slice(0, SHOWN_AT_ONCE);
    this.filter.hidden = this.fields.length < SEARCHABLE_FROM;
    fill(this.list, h('option', { value: '' }, tr.text('colour.own')), ...groups(tr, shown));
    if (this.fields.length) this.note.textContent = found.length > shown.length ? tr.text('colour.more', { count: tr.number(found.length - shown.length, 0) }) : '';
    const { colouring } = store.state;
    this.list.value = colouring && placeOf(colouring) === this.layer ? keyOf(colouring) : '';
    const chosen = this.fields.find((one) => keyOf(one) === this.list.value);
    this.ramps.element.hidden = chosen?.type !== 'number';
  }

  apply() {
    const field = this.fields.find((one) => keyOf(one) === this.list.value);
    void this.context.actions.colourBy(field ? { layer: this.layer === NOW ? MEASURING : this.layer, ...refOf(field), ramp: this.ramps.value() } : null);
  }

  dispose() {
    this.later.cancel();
    this.stop();
  }
}

/** Under which of the choices a colouring is found. @param {import('../store.js').Colouring | null} colouring */
const placeOf = (colouring) => (colouring?.quantity === undefined ? colouring?.layer : NOW);

/** @param {{quantity: string, unit: string, title: import('../../engine/types').Title, points: number}} measured @returns {Field} */
const asField = ({ quantity, unit, title, points }) => ({ quantity, unit: unit === '1' ? '' : unit, title, type: 'number', features: points, distinct: points });

/** @param {FieldRef} field */
function keyOf(field) {
  return JSON.stringify(Object.entries(refOf(field)).sort());
}

/** Found by its words, by what the file calls it and by its set. @param {import('../i18n.js').Translator} tr @param {Field} field */
function searchText(tr, field) {
  return [fieldTitle(tr, field), ...Object.values(refOf(field)), fieldGroup(tr, field)].join(' ').toLowerCase();
}

/** @param {import('../i18n.js').Translator} tr @param {Field[]} fields */
function groups(tr, fields) {
  /** @type {Map<string, HTMLOptGroupElement>} */
  const made = new Map();
  for (const one of fields) {
    const name = fieldGroup(tr, one);
    const group = made.get(name) ?? h('optgroup', { label: name });
    made.set(name, group);
    group.append(option(tr, one));
  }
  return made.values();
}

/** @param {import('../i18n.js').Translator} tr @param {Field} field */
function option(tr, field) {
  const unit = tr.unit(field.unit);
  const title = fieldTitle(tr, field) + (unit ? ` (${unit})` : '');
  const count = tr.text('colour.features', { count: tr.number(field.features, 0) });
  return h('option', { value: keyOf(field), title: `${title} · ${count}` }, `${title} · ${tr.number(field.features, 0)}`);
}

/** @param {Context} context @param {string} chosen @param {() => void} changed */
function rampChoice({ tr }, chosen, changed) {
  const radios = RAMPS.map((name) => {
    const radio = h('input', { type: 'radio', name: 'ui-ramp', value: name, checked: name === chosen });
    radio.addEventListener('change', changed);
    return { radio, row: h('label', { class: 'ramp' }, radio, h('span', { class: 'ramp-bar', style: { background: gradient(name) } }), name) };
  });
  return {
    element: h('fieldset', { class: 'ramps' }, h('legend', {}, tr.text('colour.ramp')), ...radios.map((one) => one.row)),
    value: () => radios.find((one) => one.radio.checked)?.radio.value ?? RAMPS[0],
  };
}
