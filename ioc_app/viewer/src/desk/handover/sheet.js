/** The shift on paper: what stands open, what was written, who confirmed; black on white, two lines to sign on. */
import { h } from '../../ui/dom.js';
import { plainText } from '../../engine/text.js';
import { ordered } from '../incidents/order.js';
import { wholeTime } from '../words.js';
import { handed } from './tab.js';

/** @typedef {import('../incidents/room.js').Room} Room */

/** @param {Room} room @param {import('./tab.js').Shift} shift */
export function print(room, shift) {
  const { tr, scene } = room.context;
  const { at, now, waiting, latest } = shift;
  const written = waiting ?? latest;
  const cells = (/** @type {import('../incidents/shapes.js').Summary} */ one) => [room.levelWords(one.level), plainText(tr.title(one.title), 120), room.whereOf(one.place), room.stageWords(one.stage), room.whoHas(one), one.clock?.due_at ? wholeTime(tr, one.clock.due_at) : '–'];
  const heads = ['level', 'title', 'where', 'stage', 'who', 'clock'].map((name) => h('th', { scope: 'col' }, tr.text(`row.${name}`)));
  const sheet = h(
    'section',
    { class: 'print-sheet', lang: tr.locale },
    h('h1', {}, `${tr.title(scene.campus.name)} · ${tr.text('handover.title')}`),
    h('p', {}, [wholeTime(tr, at), shift.shift ? plainText(tr.title(shift.shift.title)) : ''].filter(Boolean).join(' · ')),
    h('p', {}, [tr.text('handover.open', { count: now.open.length }), tr.text('handover.orders', { count: now.orders_open }), tr.text('handover.alarms', { ...now.alarms })].join(' · ')),
    h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...ordered(now.open).map((one) => h('tr', {}, ...cells(one).map((text) => h('td', {}, text)))))),
    written ? h('h2', {}, tr.text('handover.written', { name: room.nameOf(written.by), time: wholeTime(tr, written.at) })) : null,
    written ? handed(room, written) : null,
    h('p', { class: 'print-sign' }, h('span', {}, tr.text('handover.signGive')), h('span', {}, tr.text('handover.signTake'))),
  );
  document.body.append(sheet);
  window.addEventListener('afterprint', () => sheet.remove(), { once: true });
  window.print();
}
