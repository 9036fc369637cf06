/** At a desk: which wall, what of this screen, for how long it stands there; and taking it back. */
import { fill, h } from '../ui/dom.js';
import { plainText } from '../engine/text.js';
import { ApiError } from '../ui/api.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** As ioc_app/walls.py describes a wall. @typedef {{wall: string, connected: number, sent: import('./sent.js').Sent | null, settings: import('./director.js').Settings, report: {showing: string, screen: string | null, fault: string | null, at: string} | null}} Described */

const AGAIN_MS = 5000;

/** @param {Context} context @returns {import('../ui/context.js').Panel} */
export function sendPanel(context) {
  const { tr, api, store, engine, actions } = context;
  /** @type {Described[] | null} */
  let walls = null;
  let chosen = '';
  const list = h('div', { class: 'wall-list', role: 'radiogroup', 'aria-label': tr.text('wall.to') }, h('p', { class: 'quiet' }, tr.text('wall.asking')));
  const view = h('input', { type: 'checkbox', checked: true });
  const selection = h('input', { type: 'checkbox' });
  const time = h('input', { type: 'checkbox' });
  const selectionWords = h('span', {});
  const timeWords = h('span', {});
  const screen = h('select', { class: 'wall-screen' }, h('option', { value: '' }, tr.text('wall.screenSame')));
  const note = h('input', { type: 'text', maxlength: 200 });
  const fault = h('p', { class: 'error', role: 'alert', hidden: true });
  const release = h('button', { type: 'button', class: 'button', onclick: () => void act('release') }, tr.text('wall.release'));
  const send = h('button', { type: 'submit', class: 'button primary' }, tr.text('wall.send'));

  const of = (/** @type {string} */ name) => walls?.find(({ wall }) => wall === name);
  const follow = () => {
    const wall = of(chosen);
    send.disabled = !wall || !(view.checked || selection.checked || time.checked || screen.value);
    release.disabled = !wall?.sent;
  };
  const draw = () => {
    if (!walls) return;
    if (!of(chosen)) chosen = (walls.find((one) => one.connected) ?? walls[0])?.wall ?? '';
    const choose = (/** @type {string} */ name) => () => {
      chosen = name;
      follow();
    };
    fill(list, ...(walls.length ? walls.map((one) => wallRow(tr, one, one.wall === chosen, choose(one.wall))) : [h('p', { class: 'quiet' }, tr.text('wall.none'))]));
    follow();
  };
  /** @param {Promise<any>} answer @param {(found: any) => void} then */
  const ask = (answer, then) => answer.then(
    (found) => {
      fault.hidden = true;
      then(found);
    },
    (failed) => {
      fault.hidden = false;
      fault.textContent = failed instanceof ApiError ? tr.title(failed.text) : tr.title(failed?.text) || String(failed);
    },
  );
  const look = () => ask(api.get('/walls'), (found) => {
    const isHeld = list.contains(document.activeElement);
    walls = found;
    if (!isHeld) draw(); // a list that is being chosen from is not pulled away
    else follow();
  });
  const wish = () => {
    const { feature, at } = store.state;
    return {
      ...(view.checked ? { view: engine.getView() } : {}),
      ...(selection.checked && feature ? { selection: feature.feature_id } : {}),
      ...(time.checked && at ? { at: new Date(at).toISOString() } : {}),
      ...(screen.value ? { screen: screen.value } : {}),
      note: note.value,
    };
  };
  const act = (/** @type {'show' | 'release'} */ name) => ask(api.post(`/walls/${encodeURIComponent(chosen)}/${name}`, name === 'show' ? wish() : {}), (one) => {
    walls = walls?.map((other) => (other.wall === one.wall ? one : other)) ?? [one];
    draw();
    actions.say(tr.text(name === 'show' ? 'wall.done' : 'wall.released', { wall: chosen, minutes: minutes(one.sent?.left_s ?? 0) }));
  });
  const form = h(
    'form',
    { class: 'wall-send', onchange: follow, onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void act('show');
    } },
    list,
    h(
      'fieldset',
      {},
      h('legend', {}, tr.text('wall.what')),
      h('label', {}, view, tr.text('wall.view')),
      h('label', {}, selection, selectionWords),
      h('label', {}, time, timeWords),
      h('label', { class: 'wall-field' }, tr.text('wall.screen'), screen),
      h('label', { class: 'wall-field' }, tr.text('wall.note'), note),
    ),
    fault,
    h('div', { class: 'wall-buttons' }, send, release),
  );
  const stops = [
    store.watch(['feature', 'cardState'], ({ feature, cardState }) => {
      const one = cardState === 'shown' ? feature : null;
      selection.disabled = !one;
      selection.checked = Boolean(one);
      selectionWords.textContent = one ? tr.text('wall.selection', { name: plainText(one.label || one.name || one.feature_id, 40) }) : tr.text('wall.selectionNone');
      follow();
    }),
    store.watch(['at'], ({ at }) => {
      time.disabled = !at;
      time.checked = Boolean(at);
      timeWords.textContent = at ? tr.text('wall.time', { time: tr.moment(at) }) : tr.text('wall.timeNow');
      follow();
    }),
  ];
  void look();
  api.get('/screens').then(({ screens }) => screen.append(...screens.map((/** @type {{id: string, title: import('../engine/types').Title}} */ one) => h('option', { value: one.id }, tr.title(one.title)))), () => {}); // a campus without screens has none to choose
  const timer = window.setInterval(look, AGAIN_MS);
  return {
    element: form,
    dispose: () => {
      clearInterval(timer);
      stops.forEach((stop) => stop());
    },
  };
}

/** @param {number} seconds */
const minutes = (seconds) => Math.ceil(seconds / 60);

/** @param {import('../ui/i18n.js').Translator} tr @param {Described} one @param {boolean} isChosen @param {() => void} choose */
function wallRow(tr, one, isChosen, choose) {
  const { wall, connected, sent, report } = one;
  const there = connected > 1 ? tr.text('wall.connectedMany', { count: connected }) : tr.text(connected ? 'wall.connected' : 'wall.away');
  const showing = connected && report ? [tr.text(`wall.showing.${report.showing}`), report.screen].filter(Boolean).join(' ') : '';
  const sentWords = sent ? tr.text('wall.sentNow', { name: plainText(sent.by, 30), minutes: minutes(sent.left_s) }) : '';
  const cured = report?.fault ? `${tr.text(`wall.fault.${report.fault}`)} ${tr.time(report.at)}` : '';
  return h(
    'label',
    { class: 'wall-row', 'data-connected': connected ? '' : null },
    h('input', { type: 'radio', name: 'wall', value: wall, checked: isChosen, onchange: choose }),
    h('span', { class: 'wall-name' }, plainText(wall, 60)),
    h('span', { class: 'quiet' }, [there, showing, sentWords, cured].filter(Boolean).join(' · ')),
  );
}
