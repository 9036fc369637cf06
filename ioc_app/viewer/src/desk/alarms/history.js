/** Everything that happened to an alarm, the latest first, and who did it. */
import { h } from '../../ui/dom.js';
import { plainText } from '../../engine/text.js';
import { clockTime, wholeTime } from '../words.js';

/** @typedef {import('../../engine/types').Title} Title */
/**
 * @typedef {object} HistoryLine
 * @property {number} seq
 * @property {string} kind
 * @property {string} at
 * @property {string} received_at
 * @property {string | null} author
 * @property {Title | string | null} text
 * @property {Title | string | null} [note]
 * @property {number | null} [value]
 * @property {string | null} [until]
 * @property {string | null} [assignee]
 * @property {string | null} [rule_id]
 * @property {string | number | null} [rule_version]
 */

/**
 * @param {import('./row.js').Words} words
 * @param {HistoryLine[]} lines
 * @param {string | null} unit of the values
 */
export function historyList(words, lines, unit) {
  const newest = [...lines].sort((one, other) => Date.parse(other.at) - Date.parse(one.at) || other.seq - one.seq);
  return h('ol', { class: 'desk-history' }, ...newest.map((one) => lineOf(words, one, unit)));
}

/** @param {import('./row.js').Words} words @param {HistoryLine} line @param {string | null} unit */
function lineOf({ tr, now, names }, line, unit) {
  const { kind, at, author, text, note, value, until, assignee, rule_id, rule_version } = line;
  const name = (/** @type {string} */ one) => plainText(names.get(one) ?? one);
  const said = [text, note].map((one) => (typeof one === 'string' ? one : tr.title(one))).filter(Boolean).join(' ');
  const facts = [
    typeof value === 'number' ? `${tr.number(value)} ${unit ? tr.unit(unit) : ''}`.trim() : '',
    until ? tr.text('desk.shelvedUntil', { time: clockTime(tr, until, now) }) : '',
    assignee ? `→ ${name(assignee)}` : '',
    rule_id ? tr.text('card.alarmRule', { rule: `${plainText(rule_id)}${rule_version ? ` v${rule_version}` : ''}` }) : '',
  ].filter(Boolean);
  return h(
    'li',
    { 'data-kind': kind },
    h('time', { datetime: at, title: wholeTime(tr, at) }, clockTime(tr, at, now)),
    h('strong', {}, tr.code('entry', kind) || plainText(kind)),
    author ? h('span', { class: 'desk-author' }, name(author)) : null,
    facts.length ? h('span', { class: 'desk-facts' }, facts.join(' · ')) : null,
    said ? h('p', {}, plainText(said, 600)) : null,
  );
}
