/** What the colours mean: of the chosen field, or nothing when things have their own. */
import { fill, h, iconButton } from '../dom.js';
import { fieldTitle, valueName } from '../fields.js';
import { gradient, NO_VALUE } from '../palettes.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../colouring.js').Legend} Legend */
/** @typedef {import('../store.js').Colouring} Colouring */

/** @param {Context} context @returns {import('../context.js').Panel} */
export function legend(context) {
  const { tr, store, actions, scene } = context;
  const element = h('section', { class: 'legend float', 'aria-label': tr.text('legend.title'), hidden: true });
  const stop = store.watch(['colouring', 'legend'], ({ colouring, legend: one }) => {
    element.hidden = !colouring;
    if (!colouring) return;
    const held = element.contains(document.activeElement) ? document.activeElement?.getAttribute('data-field') : null;
    const layer = scene.layers.find((candidate) => candidate.id === colouring.layer);
    const kind = colouring.quantity === undefined ? tr.title(layer?.title) : tr.text('colour.now');
    fill(
      element,
      h(
        'div',
        { class: 'panel-head' },
        h('div', { class: 'card-title' }, h('p', { class: 'kicker' }, [kind, colouring.set].filter(Boolean).join(' · ')), h('h2', {}, heading(tr, colouring, one))),
        iconButton('close', tr.text('colour.clear'), () => void actions.colourBy(null), { class: 'small' }),
      ),
      ...(one ? body(context, colouring, one) : [h('p', { class: 'hint', role: 'status' }, tr.text('legend.loading'))]),
    );
    if (held) /** @type {HTMLElement | null} */ (element.querySelector(`[data-field="${held}"]`))?.focus();
  });
  return { element, dispose: stop };
}

/** @param {import('../i18n.js').Translator} tr @param {Colouring} colouring @param {Legend | null} one */
function heading(tr, colouring, one) {
  const unit = tr.unit(one?.unit ?? '');
  return fieldTitle(tr, { ...colouring, title: one?.title }) + (unit ? ` (${unit})` : '');
}

/** @param {Context} context @param {Colouring} colouring @param {Legend} one */
function body({ tr, scene }, colouring, one) {
  if (one.explain) return [one.features ? rampRow(tr, one) : null, ...one.explain(tr)];
  if (!one.features) return [h('p', { class: 'hint' }, tr.text('legend.empty'))];
  const rows = (one.entries ?? []).map(({ value, colour, count, folded }) =>
    row(tr, colour, value === null ? tr.text('legend.others', { count: tr.number(folded ?? 0, 0) }) : valueName(value, colouring, tr, scene), count),
  );
  if (one.missing) rows.push(row(tr, NO_VALUE, tr.text('legend.missing'), one.missing, 'none'));
  return [one.type === 'number' ? rampRow(tr, one) : null, rows.length ? h('ul', { class: 'legend-list' }, ...rows) : null];
}

/** @param {import('../i18n.js').Translator} tr @param {Legend} one */
function rampRow(tr, { min = 0, max = 0, from = min, to = max, features, ramp = '', explain }) {
  const number = (/** @type {number} */ value) => tr.number(value, to - from < 1 ? 3 : 2);
  const all = [`${from > min ? '≤ ' : ''}${number(from)}`, number((from + to) / 2), `${to < max ? '≥ ' : ''}${number(to)}`];
  const ticks = (from === to ? [number(from)] : all).map((text) => h('span', {}, text));
  const whole = from > min || to < max ? h('p', { class: 'hint' }, tr.text('legend.range', { min: number(min), max: number(max) })) : null;
  return h(
    'div',
    { class: 'legend-ramp' },
    h('div', { class: 'ramp-bar tall', style: { background: gradient(ramp) } }),
    h('div', { class: 'legend-ticks' }, ...ticks),
    whole,
    explain ? null : h('p', { class: 'hint' }, tr.text('legend.known', { count: tr.number(features, 0) })),
  );
}

/** @param {import('../i18n.js').Translator} tr @param {string} colour @param {string} name @param {number} count @param {string} [kind] */
function row(tr, colour, name, count, kind = 'value') {
  return h('li', { 'data-row': kind }, h('span', { class: 'swatch', style: { background: colour } }), h('span', { class: 'legend-name', title: name }, name), h('span', { class: 'layer-count' }, tr.number(count, 0)));
}
