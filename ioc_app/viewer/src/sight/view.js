/** A camera's card: what it sees, on the ground in the colours of the classes, while this part of the card is open. */
import { fill, h, icon } from '../ui/dom.js';
import { asApiError } from '../ui/actions.js';
import { areasOf, reach } from './areas.js';
import { BELOW, className, colourOf } from './classes.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/api.js').Feature} Feature */
/** @typedef {import('./shapes.js').Viewed} Viewed */

/**
 * @param {Context} context
 * @param {Feature} feature a camera outdoors
 * @param {HTMLDetailsElement} details what is opened and closed
 * @returns {HTMLElement}
 */
export function cameraView(context, feature, details) {
  const { api, engine, store, tr } = context;
  const element = h('div', { class: 'sight', 'aria-live': 'polite' }, h('p', { class: 'hint' }, tr.text('sight.asking')));
  const found = api.get(`/sight/views/${encodeURIComponent(feature.feature_id)}`);
  let flown = false;

  /** @param {Viewed} viewed */
  const lay = ({ cells, camera }) => {
    const areas = areasOf(cells, colourOf);
    engine.layAreas(areas);
    if (!flown && camera.position && areas.position.length) engine.flyTo({ bbox: reach(areas.position, camera.position) });
    flown = true;
  };
  const look = async () => {
    if (!details.open) return engine.layAreas(null);
    try {
      /** @type {Viewed} */
      const viewed = await found;
      if (!details.open || !element.isConnected) return;
      fill(element, ...told(context, viewed));
      lay(viewed);
    } catch (fault) {
      fill(element, h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(asApiError(fault).text)));
    }
  };
  details.addEventListener('toggle', look);
  queueMicrotask(look); // once it stands in the card
  let begun = false;
  const stop = store.watch(['feature', 'cardState', 'language', 'deskOpen'], (state) => {
    if (!begun) return void (begun = true);
    if (state.deskOpen) details.open = false; // a card of the desk covers this one, and the legend with it
    if (state.cardState !== 'none' && state.feature === feature && element.isConnected) return;
    engine.layAreas(null);
    stop();
  });
  return element;
}

/** @param {Context} context @param {Viewed} viewed */
function told({ tr }, { camera, classes, below_m2, area_m2, target_height_m, unverified }) {
  const square = (/** @type {number} */ area) => `${tr.number(area, 0)} m²`;
  const row = (/** @type {string} */ colour, /** @type {string} */ word, /** @type {string} */ least, /** @type {number} */ area) =>
    h('tr', {}, h('th', { scope: 'row' }, h('span', { class: 'swatch', style: { background: colour } }), word), h('td', {}, least), h('td', {}, square(area)));
  const rows = classes.map((one, place) => row(colourOf(place), className(tr, one.id, classes), `≥ ${tr.text('sight.density', { px: tr.number(one.px_per_m, 0) })}`, one.area_m2));
  if (below_m2 > 0) rows.push(row(BELOW, className(tr, null, classes), '', below_m2));
  const [across, down] = camera.resolution_px;
  const assumed = camera.assumed.map((one) => tr.text(`sightAssumed.${one}`));
  return [
    area_m2 > 0 ? h('table', { class: 'sight-classes' }, h('caption', {}, tr.text('sight.area', { area: square(area_m2) })), h('tbody', {}, ...rows)) : h('p', {}, tr.text('sight.nothing')),
    h('p', { class: 'hint' }, tr.text('sight.camera', { across, down, field: tr.number(camera.field_of_view_deg, 0), pitch: tr.number(camera.pitch_deg, 0), range: tr.number(camera.range_m, 0) })),
    h('p', { class: assumed.length ? 'doubt' : 'hint' }, assumed.length ? tr.text('sight.assumed', { names: tr.list(assumed) }) : tr.text('sight.notAssumed')),
    h('p', { class: 'hint' }, tr.text('sight.limits', { height: tr.number(target_height_m, 1) })),
    unverified ? h('p', { class: 'doubt' }, tr.text('sight.unverified')) : null,
  ];
}
