/** Findings in words: where one stands in the files, what a thing is called. */
import { plainText } from '../engine/text.js';
import { keyOf } from '../names.js';

/** @typedef {import('./shapes.js').Finding} Finding */

/** The file without its folders. @param {string | null} path */
export const fileName = (path) => path?.split(/[\\/]/).at(-1) ?? '';

/** @param {import('./shapes.js').Named} one */
export const nameOf = ({ name, label, feature_id }) => plainText([...new Set([label, name])].filter(Boolean).join(' ') || keyOf(feature_id).replace('--', '–'), 60);

/** File, sheet and row; else the thing; else the source. @param {import('../ui/i18n.js').Translator} tr @param {Finding} one */
export function whereOf(tr, one) {
  if (one.row !== null) return rowOf(tr, one);
  return one.features.length ? nameOf(one.features[0]) : plainText(fileName(one.file) || one.source || '', 90);
}

/** @param {import('../ui/i18n.js').Translator} tr @param {import('./shapes.js').Place} place */
function rowOf(tr, { file, source, sheet, row }) {
  return plainText([fileName(file) || source, sheet, tr.text('findings.row', { row: row ?? '' })].filter(Boolean).join(' · '), 90);
}

/** Rows where the others stand of what it is about. @param {import('../ui/i18n.js').Translator} tr @param {Finding} one @returns {string[]} */
export const othersOf = (tr, { also }) => also.filter(({ row }) => row !== null).map((place) => rowOf(tr, place));

/**
 * What the marks are, and what has none: nothing is left out without a word.
 * @param {import('../ui/i18n.js').Translator} tr
 * @param {import('./shapes.js').Marks} marks
 */
export function marksWords(tr, { finding, not_drawn, without_place, masked }) {
  const count = (/** @type {number} */ one) => tr.number(one, 0);
  const parts = [
    tr.text('findings.marked', { count: count(finding.length) }),
    not_drawn ? tr.text('findings.notDrawn', { count: count(not_drawn) }) : '',
    without_place ? tr.text('findings.withoutPlace', { count: count(without_place) }) : '',
    masked ? tr.text('findings.maskedCount', { count: count(masked) }) : '',
  ];
  return parts.filter(Boolean).join(tr.text('findings.joined'));
}

/**
 * Rules with how many of what is chosen each has, the worst first, then the most.
 * @param {import('./shapes.js').Page} page
 * @returns {(import('./shapes.js').Rule & {count: number})[]}
 */
export function rulesOf({ rules, counts }) {
  const order = ['error', 'warning', 'info'];
  return rules
    .map((one) => ({ ...one, count: counts.rule[one.id] ?? 0 }))
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || b.count - a.count);
}
