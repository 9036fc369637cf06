/** The plan (预案) as a checklist: what has to be done, by whom, until when, and who ticked it. */
import { h } from '../../../ui/dom.js';
import { plainText } from '../../../engine/text.js';
import { clockTime } from '../../words.js';
import { duration } from '../countdown.js';

/** @typedef {import('../room.js').Room} Room */
/** @typedef {import('../shapes.js').Incident} Incident */

/** @param {Room} room @param {Incident} incident @param {import('./card.js').Doing} doing @returns {HTMLElement | null} */
export function planOf(room, { plan, acts }, { tick }) {
  if (!plan) return null;
  const { tr } = room.context;
  const may = new Set(acts.map(({ act }) => act));
  const done = plan.items.filter((one) => one.done).length;
  const items = plan.items.map((one) => {
    const box = h('input', { type: 'checkbox', checked: one.done !== null, disabled: !may.has(one.done ? 'untick' : 'tick'), 'data-act': `tick ${one.item}`, onchange: () => {
      box.disabled = true;
      tick(one.item, box.checked);
    } });
    return h('li', { 'data-done': one.done !== null }, h('label', {}, box, h('span', {}, plainText(tr.title(one.text), 400))), h('span', { class: 'line-aside' }, [plainText(tr.title(one.role)), ...stateOf(room, one)].filter(Boolean).join(' · ')), lateness(room, one));
  });
  return h(
    'div',
    { class: 'plan-list' },
    h('p', {}, h('strong', {}, plainText(tr.title(plan.title))), ' ', tr.text('plan.progress', { done, total: plan.items.length }), plan.unverified ? h('span', { class: 'incident-mark' }, tr.text('plan.unverified')) : null),
    h('progress', { max: String(plan.items.length || 1), value: String(done), 'aria-label': tr.text('plan.progress', { done, total: plan.items.length }) }),
    h('ul', {}, ...items),
  );
}

/** @param {Room} room @param {import('../shapes.js').PlanItem} item */
function stateOf(room, { done }) {
  const { tr } = room.context;
  return done ? [tr.text('plan.done', { name: room.nameOf(done.by), time: clockTime(tr, done.at, room.now()) }), done.text ? plainText(done.text, 400) : ''] : [];
}

/** @param {Room} room @param {import('../shapes.js').PlanItem} item */
function lateness(room, { done, due_at }) {
  if (done || !due_at) return null;
  const { tr } = room.context;
  const left_s = (Date.parse(due_at) - room.now()) / 1000;
  return h('span', { class: 'clock-words', 'data-tone': left_s < 0 ? 'breach' : 'calm' }, tr.text(left_s < 0 ? 'plan.late' : 'plan.until', { time: clockTime(tr, due_at, room.now()), left: duration(tr, Math.abs(left_s)) }));
}
