/** The card of an event: everything that was sent, as text; its place; the alarm it belongs to. */
import { fill, h, icon, iconButton } from '../../ui/dom.js';
import { levelSign } from '../../ui/level_sign.js';
import { plainText } from '../../engine/text.js';
import { wholeTime } from '../words.js';

/** @typedef {import('../../ui/context.js').Context} Context */
/** @typedef {import('../../live/stream.js').StreamEvent & Record<string, unknown>} StreamEvent */

/** Said above, or of use to machines only. */
const LEFT_OUT = new Set(['event_id', 'type', 'kind', 'level', 'text', 'idx', 'scene', 'seq', 'attributes']);
const TIMES = new Set(['occurred_at', 'received_at']);

/** @param {Context} context */
export function eventCard(context) {
  const { store, tr } = context;
  const element = h('section', { class: 'desk-card', 'aria-label': tr.text('event.card'), hidden: true });
  let shown = '';
  const stop = store.watch(['deskOpen', 'alarms'], ({ deskOpen, events }) => {
    const event = deskOpen?.startsWith('event:') ? events.find(({ event_id }) => deskOpen === `event:${event_id}`) : null;
    element.hidden = !event;
    const now = event ? [event.event_id, ...alarmsOf(store, event).map(({ alarm_id }) => alarm_id)].join(' ') : '';
    if (now === shown) return; // what somebody reads or has the focus on is left alone
    shown = now;
    fill(element, ...(event ? contents(context, /** @type {StreamEvent} */ (event)) : []));
  });
  return { element, dispose: stop };
}

/** Those of its device. @param {import('../../ui/store.js').Store} store @param {{originator: string}} event */
const alarmsOf = (store, { originator }) => [...store.state.alarms.values()].filter((one) => one.originator === originator || one.device === originator);

/** @param {Context} context @param {StreamEvent} event */
function contents({ tr, store, api, engine, actions }, event) {
  const { idx, scene } = event;
  const kind = tr.code('event', event.type) || event.type || event.kind;
  const show = () => {
    if (scene) engine.flyTo({ position: scene });
    else void api.featureByIdx(/** @type {number} */ (idx)).then((one) => actions.choose(one));
  };
  const alarms = alarmsOf(store, event);
  const close = () => store.set({ deskOpen: null });
  return [
    h(
      'div',
      { class: 'card-head' },
      h('div', { class: 'card-title' }, h('p', { class: 'kicker' }, levelSign(event.level), event.level ? tr.text(`level.word.${event.level}`) : tr.text('event.card')), h('h2', {}, plainText(kind, 120))),
      iconButton('close', tr.text('close'), close, { class: 'small' }),
    ),
    h(
      'div',
      { class: 'button-row desk-buttons' },
      scene || Number.isInteger(idx) ? h('button', { type: 'button', class: 'button', onclick: show }, icon('fly'), tr.text('card.fly')) : null,
      ...alarms.map((one) => h('button', { type: 'button', class: 'button', onclick: () => store.set({ desk: 'alarms', deskOpen: `alarm:${one.alarm_id}` }) }, levelSign(one.level), plainText(tr.title(one.title)))),
    ),
    h('div', { class: 'dock-scroll desk-card-body' }, event.text ? h('p', { class: 'event-text' }, plainText(event.text, 4000)) : null, h('dl', { class: 'desk-pairs' }, ...pairsOf(tr, event).flatMap(([name, text]) => [h('dt', {}, name), h('dd', {}, text)]))),
  ];
}

/** Names of attributes come from senders as much as their values. @param {import('../../ui/i18n.js').Translator} tr @param {StreamEvent} event @returns {[string, string][]} */
function pairsOf(tr, event) {
  const own = Object.entries(event).filter(([name, value]) => !LEFT_OUT.has(name) && value !== null && value !== undefined && value !== '');
  const said = own.map(([name, value]) => /** @type {[string, string]} */ ([tr.code('field', name) || name, TIMES.has(name) ? wholeTime(tr, String(value)) : words(value)]));
  const more = Object.entries(/** @type {Record<string, unknown>} */ (event.attributes ?? {})).map(([name, value]) => /** @type {[string, string]} */ ([plainText(name, 80), words(value)]));
  return [...said, ...more, [tr.code('field', 'event_id'), plainText(event.event_id, 200)]];
}

/** @param {unknown} value */
const words = (value) => plainText(typeof value === 'object' ? JSON.stringify(value) : String(value), 1000);
