/** How well incidents are handled: six rates with what they are made of, and how long the stages take. A rate opens to its evidence. */
import { fill, h } from '../../ui/dom.js';
import { levelSign } from '../../ui/level_sign.js';
import { plainText } from '../../engine/text.js';
import { duration } from './countdown.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('../../engine/types').Title} Title */
/** @typedef {{measure: string, title: Title, value: number | null, numerator: number, denominator: number, unverified: boolean, reached: string[], evidence: string[]}} Measure */
/** Of each incident that is named, by its id. @typedef {Record<string, {title: Title, level: string}>} Behind */
/** @typedef {{start: string, end: string, at: string, incidents: number, measures: Measure[], stages: {from: string, to: string, title: Title, mean_s: number | null, median_s: number | null, samples: number, slowest: string[]}[], behind: Behind}} Measures */

/** Days that are looked back on; the texts are `period.<name>`. @type {readonly [string, number][]} */
const PERIODS = [['day', 1], ['week', 7], ['month', 30]];
const DAY_MS = 86_400_000;

/** @param {Room} room @param {{open: (id: string) => void}} tell */
export function measuresPanel(room, { open }) {
  const { tr, api } = room.context;
  let days = PERIODS[1][1];
  let asked = 0;
  const body = h('div', { class: 'measures-body' });
  const buttons = PERIODS.map(([name, length]) => h('button', { type: 'button', class: 'button', 'data-days': String(length), onclick: () => {
    days = length;
    void show();
  } }, tr.text(`period.${name}`)));
  const element = h('div', { class: 'measures', tabindex: '-1' }, h('div', { class: 'views', role: 'group', 'aria-label': tr.text('measures.period') }, ...buttons), body);

  const show = async () => {
    for (const one of buttons) one.setAttribute('aria-pressed', String(Number(one.dataset.days) === days));
    const mine = ++asked;
    const end = new Date(room.now());
    const query = new URLSearchParams({ start: new Date(end.getTime() - days * DAY_MS).toISOString(), end: end.toISOString() });
    try {
      const answer = await api.get(`/incidents/measures?${query}`);
      if (mine === asked) fill(body, ...contents(room, answer, open));
    } catch (fault) {
      if (mine === asked) fill(body, h('p', { class: 'form-fault', role: 'alert' }, room.faultWords(fault)));
    }
  };
  return { element, show, focus: () => element.focus() };
}

/** @param {Room} room @param {Measures} answer @param {(id: string) => void} open */
function contents(room, { incidents, measures, stages, behind }, open) {
  const { tr } = room.context;
  return [
    h('p', { class: 'hint' }, tr.text('measures.of', { count: incidents })),
    h('div', { class: 'measure-list' }, ...measures.map((one) => rate(room, one, behind, open))),
    h('table', { class: 'stage-times' }, h('caption', {}, tr.text('measures.stages')), h('thead', {}, h('tr', {}, ...['stage', 'mean', 'median', 'samples'].map((name) => h('th', { scope: 'col' }, tr.text(`measures.${name}`))))), h('tbody', {}, ...stages.map(({ title, mean_s, median_s, samples, slowest }) => h('tr', {}, h('th', { scope: 'row' }, plainText(tr.title(title))), h('td', {}, mean_s === null ? '–' : duration(tr, mean_s)), h('td', {}, median_s === null ? '–' : duration(tr, median_s)), h('td', {}, samples ? named(room, tr.number(samples, 0), slowest, behind, open) : tr.number(0, 0)))))),
  ];
}

/** @param {Room} room @param {Measure} measure @param {Behind} behind @param {(id: string) => void} open */
function rate(room, { title, value, numerator, denominator, unverified, reached, evidence }, behind, open) {
  const { tr } = room.context;
  return h(
    'section',
    { class: 'measure' },
    h('h4', {}, plainText(tr.title(title)), unverified ? h('span', { class: 'incident-mark' }, tr.text('plan.unverified')) : null),
    h('p', { class: 'big-number' }, value === null ? '–' : new Intl.NumberFormat(tr.locale, { style: 'percent', maximumFractionDigits: 1 }).format(value)),
    h('p', {}, tr.text('measures.parts', { numerator, denominator })),
    evidence.length ? named(room, tr.text('measures.evidence', { count: evidence.length }), evidence, behind, open) : null,
    reached.length ? named(room, tr.text('measures.reached', { count: reached.length }), reached, behind, open) : null,
  );
}

/** A figure that opens to the incidents behind it. @param {Room} room @param {string} words @param {string[]} ids @param {Behind} behind @param {(id: string) => void} open */
function named({ context: { tr } }, words, ids, behind, open) {
  const line = (/** @type {string} */ id) => h('li', {}, h('button', { type: 'button', class: 'link-button', title: id, onclick: () => open(id) }, levelSign(behind[id]?.level), plainText(tr.title(behind[id]?.title) || id)));
  return h('details', { class: 'many' }, h('summary', {}, words), h('ul', { class: 'lines' }, ...ids.map(line)));
}
