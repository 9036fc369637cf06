/** Snapshots that were made: who, when, of which model, with which hash; each to fetch, and to show again. */
import { asApiError } from '../ui/actions.js';
import { fill, h } from '../ui/dom.js';
import { plainText } from '../engine/text.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {{snapshot_id: string, form: string, at: string, since: string | null, generation: number, known_seq: number, screens: string[], link: string, exactly: string | null, made_at: string, made_by: string, sha256: string, size_bytes: number, open: boolean}} Kept */

const SHOWN = 8;

/** @param {Context} context @param {Kept} one */
export function fileLink({ api, tr }, one) {
  const words = `${tr.text(`snapshots.form.${one.form}`)} · ${tr.number(one.size_bytes / 1e6, 1)} MB`;
  if (!one.open) return h('span', { class: 'hint', title: tr.text('snapshots.closed') }, words);
  return h('a', { class: 'link-button', href: `${api.url}/snapshots/${encodeURIComponent(one.snapshot_id)}/file`, download: '' }, words);
}

/** @param {Context} context @returns {{element: HTMLElement, draw: () => Promise<void>}} */
export function list(context) {
  const { api, tr } = context;
  const element = h('ul', { class: 'snapshot-list' });
  const row = (/** @type {Kept} */ one) => {
    const restore = h('button', { type: 'button', class: 'link-button', 'data-act': 'restore', title: tr.text('snapshots.restoreHint'), onclick: () => (window.location.hash = one.link) }, tr.text('snapshots.restore'));
    const when = one.since ? tr.text('snapshots.until', { at: tr.moment(one.at) }) : tr.moment(one.at);
    const facts = tr.text('snapshots.facts', { who: plainText(one.made_by, 20), at: tr.moment(one.made_at), generation: one.generation, hash: one.sha256.slice(0, 8) });
    return h('li', {}, h('div', { class: 'snapshot-row' }, fileLink(context, one), restore), h('div', {}, when), h('div', { class: 'hint', title: one.sha256 }, facts));
  };
  const draw = async () => {
    try {
      const { snapshots } = await api.get('/snapshots');
      fill(element, ...(snapshots.length ? snapshots.slice(0, SHOWN).map(row) : [h('li', { class: 'hint' }, tr.text('snapshots.none'))]));
    } catch (fault) {
      fill(element, h('li', { class: 'error', role: 'alert' }, tr.title(asApiError(fault).text)));
    }
  };
  return { element, draw };
}
