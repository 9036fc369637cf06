/** Links to things of an answer. */
import { h } from '../ui/dom.js';
import { keyOf } from '../names.js';

/** @typedef {{feature_id: string, idx: number | null, name: string | null, layer_id: string | null, position: import('../engine/types').Vec3 | null, bbox: import('../engine/types').Bbox | null}} Named */

/** Goes there; the card stays, and so does the answer. @param {import('../ui/context.js').Context} context @param {Named} one */
export function linkTo({ actions }, one) {
  const name = one.name || keyOf(one.feature_id);
  if (one.idx === null) return h('span', {}, name);
  return h('button', { type: 'button', class: 'link-button', title: one.feature_id, onclick: () => (actions.uncover(one), actions.flyTo(one)) }, name);
}
