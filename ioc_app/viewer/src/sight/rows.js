/** Cameras in the order in which they show a place: the word of their pixels, or why they do not see it. */
import { h } from '../ui/dom.js';
import { plainText } from '../engine/text.js';
import { keyOf } from '../names.js';
import { className, colourOf } from './classes.js';

/** @typedef {import('../ui/i18n.js').Translator} Translator */
/** @typedef {import('./shapes.js').SightRow} SightRow */
/** @typedef {import('./shapes.js').Seeing} Seeing */

/** Whole or nearly so, a part is not worth a word. */
const WHOLE = 0.995;

/** @param {Translator} tr @param {import('./shapes.js').Named} one */
const nameOf = (tr, { name, name_en, feature_id }) => plainText((tr.language === 'en' && name_en) || name || keyOf(feature_id), 60);

/** The question for a place. @param {{scene?: import('../engine/types').Vec3 | null, feature_id?: string}} place @param {number} others how many that see nothing are told, too */
export function seeingPath({ scene, feature_id }, others) {
  const query = new URLSearchParams({ others: String(others) });
  const where = scene ? { x: String(scene[0]), y: String(scene[1]) } : { feature_id: feature_id ?? '' };
  for (const [name, value] of Object.entries(where)) query.set(name, value);
  return `/sight/cameras?${query}`;
}

/** What is said of a camera that sees it. @param {Translator} tr @param {SightRow} row @param {Seeing} seeing @returns {HTMLElement} */
export function seenWords(tr, { density, px_per_m, share }, { classes }) {
  const place = classes.findIndex((one) => one.id === density);
  const part = share < WHOLE ? ` · ${tr.text('sight.partly', { share: tr.number(100 * share, share < 0.01 ? 1 : 0) })}` : '';
  return h('span', { class: 'sight-seen' }, h('span', { class: 'swatch', style: { background: colourOf(place < 0 ? classes.length : place) } }), h('strong', {}, className(tr, density, classes)), ` · ${tr.text('sight.density', { px: tr.number(px_per_m ?? 0, 0) })}${part}`);
}

/** Why a camera does not see it. @param {Translator} tr @param {Pick<SightRow, 'reason' | 'blocked_by'>} row */
export function blindWords(tr, { reason, blocked_by: hides }) {
  if (reason !== 'hidden') return tr.text(`sightReason.${reason}`);
  if (hides === null || hides === 'terrain') return tr.text('sightReason.terrain');
  return tr.text('sightReason.hidden', { name: nameOf(tr, hides) });
}

/** How many see it, or in which building it is. @param {Translator} tr @param {Seeing} seeing */
export function seeingWords(tr, { inside, asked, visible }) {
  if (inside) return tr.text('sight.inside', { name: nameOf(tr, inside) });
  return tr.text(visible ? 'sight.seenBy' : 'sight.nobody', { asked: tr.number(asked, 0), count: tr.number(visible, 0) });
}
