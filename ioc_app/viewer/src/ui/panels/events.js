/** What happened, the latest first. Event text comes from outside: it is only ever a text node. */
import { fill, h, icon, iconButton } from '../dom.js';
import { exportLinks } from '../export_links.js';
import { LEVELS, stateOf } from '../../engine/levels.js';
import { plainText } from '../../engine/text.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').Panel} Panel */
/** @typedef {import('../../live/stream.js').StreamEvent} StreamEvent */

const SHOWN = 60;

/** @param {Context} context @returns {Panel} */
export function eventsPanel(context) {
  const { store, tr } = context;
  const list = h('ol', { class: 'events-list' });
  const element = h(
    'section',
    { class: 'dock events', 'aria-label': tr.text('events.title'), hidden: true },
    h('div', { class: 'card-head' }, h('h2', {}, tr.text('events.title')), exportLinks(context, 'events'), iconButton('close', tr.text('close'), () => store.set({ eventsOpen: false }), { class: 'small' })),
    h('div', { class: 'dock-scroll' }, list),
  );
  const stop = store.watch(['eventsOpen', 'events'], ({ eventsOpen, events }) => {
    element.hidden = !eventsOpen;
    if (!eventsOpen) return;
    const rows = events.slice(0, SHOWN).map((one) => row(context, one));
    fill(list, ...(rows.length ? rows : [h('li', { class: 'quiet' }, tr.text('events.none'))]));
  });
  return { element, dispose: stop };
}

/** @param {Context} context @returns {Panel} a button that says how many there are */
export function eventsButton({ store, tr }) {
  const count = h('span', { class: 'count' });
  const element = h(
    'button',
    { type: 'button', class: 'text-button events-button', onclick: () => store.set({ eventsOpen: !store.state.eventsOpen }) },
    icon('info'),
    h('span', { class: 'words' }, tr.text('events.title')),
    count,
  );
  const stop = store.watch(['eventsOpen', 'events', 'me'], ({ eventsOpen, events, me }) => {
    element.hidden = me === null;
    element.setAttribute('aria-pressed', String(eventsOpen));
    count.textContent = events.length ? String(events.length) : '';
  });
  return { element, dispose: stop };
}

/** @param {Context} context @param {StreamEvent} event */
function row({ tr, engine, api, actions, store }, event) {
  const level = LEVELS[stateOf(event.level) - 1];
  const at = new Date(event.occurred_at);
  const placed = Number.isInteger(event.idx) || event.scene;
  const show = () => {
    if (event.scene) engine.flyTo({ position: event.scene });
    else if (Number.isInteger(event.idx)) void api.featureByIdx(/** @type {number} */ (event.idx)).then((one) => actions.choose(one));
  };
  const kind = tr.code('event', event.type) || event.type || event.kind;
  return h(
    'li',
    {},
    h('time', { datetime: event.occurred_at, title: tr.moment(at) }, tr.time(at)),
    level ? h('span', { class: 'event-level' }, h('span', { class: 'event-shape', 'data-shape': level.shape, style: { background: level.colour } }), tr.text(`level.${event.level}`)) : null,
    h('strong', {}, plainText(kind)),
    h('span', { class: 'event-from' }, plainText(event.originator)),
    event.text ? h('p', {}, plainText(event.text, 300)) : null,
    placed ? h('button', { type: 'button', class: 'link-button', onclick: show }, tr.text('events.show')) : null,
    h('button', { type: 'button', class: 'link-button', onclick: () => store.set({ deskOpen: `event:${event.event_id}` }) }, tr.text('events.open')),
  );
}
