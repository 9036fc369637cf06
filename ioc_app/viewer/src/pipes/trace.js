/** Where it flows from a pipe, or whence. */
import { h } from '../ui/dom.js';
import { linkTo } from './links.js';
import { css, paint, PAINT } from './painting.js';

/** @typedef {{idx: number[], links: number, length_m: number, assumed: number, unknown: number, ends: (import('./links.js').Named & {reason: string, distance_m: number})[]}} Trace */

const ENDS_SHOWN = 12;

/** @typedef {import('./links.js').Named} Named */

/**
 * @param {import('../ui/context.js').Context} context
 * @param {import('../ui/api.js').Feature} feature
 * @param {'upstream' | 'downstream'} direction
 * @param {(element: HTMLElement) => void} show
 */
export async function traceOf(context, feature, direction, show) {
  const { api, tr } = context;
  /** @type {Trace} */
  const found = await api.get(`/networks/${feature.layer_id}/trace?${new URLSearchParams({ start: feature.feature_id, direction })}`);
  paint(context, [[found.idx, PAINT.traced]]);
  const ends = found.ends.slice(0, ENDS_SHOWN).map((one) => h('li', {}, linkTo(context, one), h('span', {}, `${tr.text(`pipes.end.${one.reason}`)} · ${tr.text('pipes.way', { metres: tr.number(one.distance_m, 0) })}`), profile(context, feature, one)));
  const doubt = found.assumed || found.unknown ? h('p', { class: 'doubt' }, tr.text('pipes.assumed', { count: found.assumed, unknown: found.unknown })) : null;
  show(
    h(
      'div',
      {},
      h('p', { class: 'pipes-part' }, h('span', { class: 'swatch', style: { background: css(PAINT.traced) } }), tr.text('pipes.traced', { links: tr.number(found.links, 0), length: tr.number(found.length_m, 0) })),
      doubt,
      h('h3', {}, tr.text('pipes.ends')),
      h('ul', { class: 'pipes-list' }, ...ends),
    ),
  );
}

/** The long section from here to an end; the tool for sections asks for it. @param {import('../ui/context.js').Context} context @param {import('../ui/api.js').Feature} start @param {Named} end */
function profile({ store, tr }, start, end) {
  if (end.idx === null || end.layer_id !== start.layer_id || !store.state.me?.rights.includes('underground')) return null;
  const open = () => store.set({ tool: 'underground', longAsked: { start, end } });
  return h('button', { type: 'button', class: 'link-button', 'data-act': 'pipes.profile', title: tr.text('pipes.profileHint'), onclick: open }, tr.text('pipes.profile'));
}
