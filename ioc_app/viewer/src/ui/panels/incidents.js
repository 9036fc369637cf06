/** How many incidents are open, and how many of them are past or near a limit: a button in the bar that opens the desk there. */
import { fill, h, icon } from '../dom.js';
import { levelSign } from '../level_sign.js';
import { campusClock } from '../../live/clock.js';
import { stateOf } from '../../engine/levels.js';
import { isOpen, toneOf } from '../../live/incidents.js';

/** Limits are passed by time alone. */
const TICK_MS = 1000;
/** What is late, the worst first: its icon; its words are `late.<tone>`. @type {readonly ['breach' | 'warn', string][]} */
const LATE = [['breach', 'warning'], ['warn', 'clock']];

/**
 * Open ones by how their first running clock stands, and the gravest level.
 * @param {Iterable<import('../../live/incidents.js').Summary>} incidents @param {number} now ms
 */
export function latenessOf(incidents, now) {
  const open = [...incidents].filter(isOpen);
  const tones = open.map(({ clock }) => toneOf(clock, now));
  const count = (/** @type {string} */ tone) => tones.filter((one) => one === tone).length;
  return { open: open.length, breach: count('breach'), warn: count('warn'), gravest: open.reduce((worst, { level }) => Math.max(worst, stateOf(level)), 0) };
}

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function incidentsButton({ store, tr }) {
  const element = h('button', { type: 'button', class: 'text-button incidents-button', 'aria-keyshortcuts': 'I', onclick: () => store.set({ desk: store.state.desk === 'incidents' ? null : 'incidents' }) });
  const clock = campusClock(store);
  let drawn = '';
  const draw = () => {
    const { incidents, desk, me } = store.state;
    const found = latenessOf(incidents.values(), clock.shown());
    element.hidden = me === null;
    element.setAttribute('aria-expanded', String(desk === 'incidents'));
    if (drawn === JSON.stringify(found)) return; // a button that is made anew loses its press
    drawn = JSON.stringify(found);
    const late = LATE.filter(([tone]) => found[tone]);
    const words = late.map(([tone]) => tr.text(`late.${tone}`, { count: found[tone] }));
    const title = [tr.text(found.open ? 'incidents.openCount' : 'incidents.openNone', { count: found.open }), ...words, tr.text('incidents.opens')].join(tr.text('incidents.comma'));
    element.title = title;
    element.setAttribute('aria-label', title);
    fill(element, levelSign(found.gravest), tr.text('incidents.bar'), h('span', { class: 'count' }, found.open ? String(found.open) : ''), ...late.map(([tone, name]) => h('span', { class: 'late', 'data-tone': tone }, icon(name), String(found[tone]), h('span', { class: 'late-word' }, tr.text(`late.${tone}.word`)))));
  };
  const stop = store.watch(['incidents', 'desk', 'me'], draw);
  const timer = window.setInterval(draw, TICK_MS);
  const dispose = () => {
    clearInterval(timer);
    clock.stop();
    stop();
  };
  return { element, dispose };
}
