/** The card of something outdoors: which cameras show it, the best first, and why the nearest others do not. */
import { fill, h, icon } from '../ui/dom.js';
import { plainText } from '../engine/text.js';
import { asApiError } from '../ui/actions.js';
import { keyOf } from '../names.js';
import { blindWords, seeingPath, seeingWords, seenWords } from './rows.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/api.js').Feature} Feature */
/** @typedef {import('./shapes.js').Seeing} Seeing */
/** @typedef {import('./shapes.js').SightRow} SightRow */

/** What is looked at as an area; of all else, the place where it stands. */
const AREAS = ['surface', 'zone'];
/** How many of those that do not see it are told of. */
const OTHERS = 6;

/** @param {Context} context @param {Feature} feature @returns {HTMLElement} */
export function seenBy(context, feature) {
  const { api, scene, tr } = context;
  const element = h('div', { class: 'sight', 'aria-live': 'polite' }, h('p', { class: 'hint' }, tr.text('sight.asking')));
  const kind = scene.layers.find((one) => one.id === feature.layer_id)?.kind ?? '';
  const place = AREAS.includes(kind) ? { feature_id: feature.feature_id } : { scene: feature.position };
  api.get(seeingPath(place, OTHERS)).then(
    (seeing) => fill(element, ...told(context, seeing)),
    (fault) => fill(element, h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(asApiError(fault).text))),
  );
  return element;
}

/** @param {Context} context @param {Seeing} seeing */
function told(context, seeing) {
  const { tr } = context;
  const seen = seeing.rows.filter((one) => one.visible);
  const others = seeing.rows.filter((one) => !one.visible);
  const withoutHeading = Object.entries(seeing.skipped).reduce((sum, [why, count]) => sum + (why === 'indoors' ? 0 : count), 0);
  return [
    h('p', {}, seeingWords(tr, seeing)),
    seen.length ? h('ol', { class: 'sight-list' }, ...seen.map((one) => line(context, one, seenWords(tr, one, seeing)))) : null,
    !seeing.inside && others.length ? h('details', { class: 'sight-others', open: !seen.length }, h('summary', {}, tr.text('sight.others')), h('ul', { class: 'sight-list' }, ...others.map((one) => line(context, one, blindWords(tr, one))))) : null,
    withoutHeading ? h('p', { class: 'doubt' }, tr.text('sight.skipped', { count: withoutHeading })) : null,
    h('p', { class: 'hint' }, tr.text('sight.limits', { height: tr.number(seeing.target_height_m, 1) })),
    seeing.unverified ? h('p', { class: 'doubt' }, tr.text('sight.unverified')) : null,
  ];
}

/** Its card, and the way there. @param {Context} context @param {SightRow} one @param {Node | string} words */
function line({ actions, tr }, one, words) {
  const { idx } = one;
  const name = plainText(one.device_code || one.name || keyOf(one.feature_id), 60);
  const far = tr.text('sight.metres', { metres: tr.number(one.distance_m, 0) });
  const link = idx === null ? h('span', {}, name) : h('button', { type: 'button', class: 'link-button', title: plainText(one.name, 120), onclick: () => actions.choose({ ...one, idx }) }, name);
  return h('li', {}, link, h('span', {}, words), h('span', { class: 'sight-far' }, far));
}
