/** One finding: what is wrong, what to do, where it stands in the files, what it is about. */
import { h } from '../ui/dom.js';
import { plainText } from '../engine/text.js';
import { sign } from './signs.js';
import { nameOf, othersOf } from './words.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./shapes.js').Finding} Finding */
/** @typedef {[string, Node | string]} Fact */

const LONGEST = 300;
const MOST_OTHERS = 3; // rows; all things are listed above

/** @param {Context} context @param {Finding} one @param {{back: () => void, fly: () => void}} then @returns {HTMLElement} */
export function findingCard(context, one, { back, fly }) {
  const { tr } = context;
  const say = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => tr.text(`findings.${key}`, values);
  const heading = h('h3', { tabindex: '-1' }, sign(one.severity), h('span', {}, tr.title(one.title)));
  const go = h('button', { type: 'button', class: 'button', 'data-act': 'fly', disabled: !one.position, onclick: fly }, say('fly'));
  return h(
    'article',
    { class: 'finding-card', 'data-open': one.finding },
    heading,
    one.masked ? h('p', { class: 'doubt' }, say('masked')) : h('p', { class: 'finding-message' }, plainText(one.message, LONGEST)),
    one.fix ? h('p', { class: 'finding-fix' }, h('strong', {}, say('fix')), ' ', plainText(one.fix, LONGEST)) : null,
    changes(one, say),
    h('div', { class: 'button-row' }, go, h('button', { type: 'button', class: 'button', 'data-act': 'list', onclick: back }, say('back'))),
    one.features.length ? h('div', {}, h('strong', {}, say('about')), features(context, one, say)) : null,
    h('dl', { class: 'finding-facts' }, ...facts(context, one, say).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
  );
}

/** @param {Context} context @param {Finding} one @param {(key: string) => string} say @returns {Fact[]} */
function facts({ tr, scene }, one, say) {
  const layer = tr.title(scene.layers.find(({ id }) => id === one.layer)?.title) || one.layer;
  /** @type {[string, string | number | null][]} */
  const known = [
    [say('severity'), tr.text(`severity.${one.severity}`)],
    [say('layer'), layer],
    [say('source'), one.source],
    [say('file'), one.file],
    [say('sheet'), one.sheet],
    [say('rowTitle'), one.row],
    ...othersOf(tr, one).slice(0, MOST_OTHERS).map((place) => /** @type {[string, string]} */ ([say('also'), place])),
    [say('rule'), one.rule],
  ];
  return known.flatMap(([name, value]) => (value === null || value === '' ? [] : [/** @type {Fact} */ ([name, plainText(String(value), 120)])]));
}

/** Links that select. @param {Context} context @param {Finding} one @param {(key: string, values?: Record<string, string | number>) => string} say */
function features({ actions, tr, scene }, one, say) {
  const rows = one.features.map((feature) => {
    const { idx } = feature;
    const layer = tr.title(scene.layers.find(({ id }) => id === feature.layer_id)?.title);
    const name = nameOf(feature);
    const link = idx === null ? h('span', {}, name) : h('button', { type: 'button', class: 'link-button', title: feature.feature_id, onclick: () => actions.choose({ ...feature, idx }, { fly: feature.position !== null }) }, name);
    return h('li', {}, link, layer ? h('span', { class: 'hint' }, layer) : null);
  });
  const rest = one.features_total - one.features.length;
  if (rest > 0) rows.push(h('li', { class: 'hint' }, say('moreFeatures', { count: tr.number(rest, 0) })));
  return h('ul', { class: 'finding-features' }, ...rows);
}

/** What the file should say instead. @param {Finding} one @param {(key: string, values?: Record<string, string | number>) => string} say */
function changes({ changes: cells, safe }, say) {
  if (!cells.length) return null;
  const rows = cells.map((cell) => h('li', {}, `${plainText(cell.column, 40)}: `, h('del', {}, plainText(cell.old ?? '–', 60)), ' → ', h('ins', {}, plainText(cell.new ?? '–', 60))));
  return h('div', {}, h('ul', { class: 'finding-changes' }, ...rows), safe ? h('p', { class: 'hint' }, say('safe')) : null);
}
