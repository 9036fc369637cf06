/** The card of an alarm: why it was raised, where, how it stands, what was done, and what can be done now. */
import { fill, h, icon, iconButton } from '../../ui/dom.js';
import { levelSign } from '../../ui/level_sign.js';
import { plainText } from '../../engine/text.js';
import { ago, clockTime, valueWords, wholeTime } from '../words.js';
import { APPLIES } from './acts.js';
import { historyList } from './history.js';
import { stateWords } from './states.js';

/** @typedef {import('../../ui/context.js').Context} Context */
/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {import('./acts.js').ActName} ActName */
/** @typedef {import('./row.js').Words} Words */
/** @typedef {Alarm & {possible: ActName[], history: import('./history.js').HistoryLine[]}} WholeAlarm */

/** What the buttons of the card do, with their keys. @type {readonly [ActName, string][]} */
const BUTTONS = [['acknowledge', 'Q'], ['unshelve', 'S'], ['shelve', 'S'], ['assign', 'G'], ['comment', 'C']];

/**
 * @param {Context} context
 * @param {{words: () => Words, act: (name: ActName, alarms: Alarm[]) => void, fly: (alarm: Alarm) => void, allowed: () => boolean, leave: () => void}} desk
 */
export function alarmCard(context, desk) {
  const { store, tr, api } = context;
  const element = h('section', { class: 'desk-card', 'aria-label': tr.text('card.alarm'), hidden: true });
  /** @type {Alarm | null} */
  let shown = null;
  /** @type {WholeAlarm | null} */
  let whole = null;
  let asked = 0;
  let fault = '';
  const draw = () => {
    const alarm = shown ?? whole;
    if (!alarm) return;
    const top = element.querySelector('.dock-scroll')?.scrollTop ?? 0;
    const focused = element.contains(document.activeElement) ? document.activeElement?.getAttribute('data-act') : null;
    fill(element, ...contents(context, desk, alarm, whole?.alarm_id === alarm.alarm_id ? whole : null, fault));
    const scroll = element.querySelector('.dock-scroll');
    if (scroll) scroll.scrollTop = top;
    if (focused) /** @type {HTMLElement | null} */ (element.querySelector(`[data-act="${focused}"]`))?.focus();
  };
  const ask = async (/** @type {string} */ id) => {
    asked += 1;
    const mine = asked;
    try {
      const answer = await api.get(`/alarms/${encodeURIComponent(id)}`);
      if (mine !== asked) return;
      whole = answer;
      fault = '';
    } catch (failed) {
      if (mine !== asked) return;
      fault = tr.title(/** @type {any} */ (failed).text) || String(failed);
    }
    draw();
  };
  const stop = store.watch(['deskOpen', 'alarms'], ({ deskOpen, alarms }) => {
    const id = deskOpen?.startsWith('alarm:') ? deskOpen.slice(6) : null;
    element.hidden = id === null;
    if (id === null) {
      shown = whole = null;
      return;
    }
    const now = [...alarms.values()].find(({ alarm_id }) => alarm_id === id) ?? null;
    if (whole?.alarm_id === id && now === shown) return;
    if (whole?.alarm_id !== id) [whole, fault] = [null, ''];
    shown = now;
    draw();
    void ask(id);
  });
  /** What the acts are about while it is open, its row gone or not; null: it is not open. @returns {Alarm[] | null} */
  const meant = () => {
    if (element.hidden) return null;
    if (shown) return [shown];
    return whole ? [{ ...whole, closed: true }] : [];
  };
  /** The stream says nothing more of a closed alarm; what was done about it is asked. */
  const acted = () => {
    if (!element.hidden && !shown && whole) void ask(whole.alarm_id);
  };
  return { element, draw, meant, acted, dispose: stop };
}

/** @param {Context} context @param {Parameters<typeof alarmCard>[1]} desk @param {Alarm} alarm @param {WholeAlarm | null} whole @param {string} fault */
function contents(context, desk, alarm, whole, fault) {
  const { tr } = context;
  const words = desk.words();
  const { level, title, alarm_type, where, originator } = alarm;
  return [
    h(
      'div',
      { class: 'card-head' },
      h('div', { class: 'card-title' }, h('p', { class: 'kicker' }, levelSign(level), tr.text(`level.word.${level}`)), h('h2', {}, plainText(tr.title(title) || alarm_type, 200))),
      iconButton('close', tr.text('close'), desk.leave, { class: 'small' }),
    ),
    h('p', { class: 'card-place' }, plainText(tr.title(where) || originator, 200)),
    buttons(context, desk, alarm, whole),
    fault ? h('p', { class: 'error', role: 'alert' }, fault) : null,
    h(
      'div',
      { class: 'dock-scroll desk-card-body' },
      facts(words, alarm),
      h('h3', {}, tr.text('card.history')),
      whole ? historyList(words, whole.history, alarm.unit) : h('p', { class: 'quiet' }, tr.text('card.loading')),
    ),
  ];
}

/** @param {Context} context @param {Parameters<typeof alarmCard>[1]} desk @param {Alarm} alarm @param {WholeAlarm | null} whole */
function buttons({ tr, store }, desk, alarm, whole) {
  const can = (/** @type {ActName} */ act) => (whole ? whole.possible.includes(act) : APPLIES[act](alarm)) && !(act === 'shelve' && alarm.shelved);
  const acts = desk.allowed() ? BUTTONS.filter(([act]) => can(act)) : [];
  const { incident_id } = alarm;
  const deviceCard = () => {
    desk.fly(alarm);
    store.set({ deskOpen: null });
  };
  return h(
    'div',
    { class: 'button-row desk-buttons' },
    ...acts.map(([act, key]) =>
      h('button', { type: 'button', class: act === 'acknowledge' ? 'button primary' : 'button', 'data-act': act, 'aria-keyshortcuts': key, onclick: () => desk.act(act, [alarm]) }, tr.text(`act.${act}`), h('kbd', {}, key)),
    ),
    Number.isInteger(alarm.idx) || alarm.scene ? h('button', { type: 'button', class: 'button', 'data-act': 'fly', onclick: () => desk.fly(alarm) }, icon('fly'), tr.text('card.fly')) : null,
    Number.isInteger(alarm.idx) ? h('button', { type: 'button', class: 'button', 'data-act': 'device', title: tr.text('card.deviceHint'), onclick: () => deviceCard() }, icon('info'), tr.text('card.device')) : null,
    incident_id ? h('button', { type: 'button', class: 'button', 'data-act': 'incident', onclick: () => store.set({ desk: 'incidents', deskOpen: `incident:${incident_id}` }) }, tr.text('card.incident')) : null,
  );
}

/** Why it was raised and how it stands. @param {Words} words @param {Alarm} alarm */
function facts({ tr, now, names }, alarm) {
  const name = (/** @type {string | null} */ one) => (one ? plainText(names.get(one) ?? one) : '');
  const at = (/** @type {string | null} */ one) => (one ? h('time', { datetime: one, title: wholeTime(tr, one) }, `${clockTime(tr, one, now)} · ${ago(tr, one, now)}`) : '');
  /** @type {[string, Node | string][]} */
  const pairs = [
    ['why', plainText(tr.title(alarm.text), 600)],
    ['value', valueWords(tr, alarm)],
    ['state', stateWords(tr, alarm, now).map((one) => plainText(one, 120)).join(' · ')],
    ['raisedAt', at(alarm.raised_at)],
    ['openedAt', alarm.opened_at === alarm.raised_at ? '' : at(alarm.opened_at)],
    ['clearedAt', at(alarm.cleared_at)],
    ['acknowledgedBy', alarm.acknowledged_at ? `${name(alarm.acknowledged_by)} · ${clockTime(tr, alarm.acknowledged_at, now)}` : ''],
    ['assignee', name(alarm.assignee)],
    ['count', alarm.raise_count > 1 || alarm.event_count > 1 ? tr.text('card.counts', { raises: alarm.raise_count, events: alarm.event_count }) : ''],
    ['rules', alarm.rule_ids.map((one) => plainText(one)).join(', ')],
    ['source', plainText(`${alarm.originator} · ${alarm.alarm_type}`, 200)],
  ];
  const said = pairs.filter(([, text]) => text);
  const comments = alarm.comments.map((one) => h('li', {}, h('time', { datetime: one.at, title: wholeTime(tr, one.at) }, clockTime(tr, one.at, now)), h('span', { class: 'desk-author' }, name(one.author)), h('p', {}, plainText(one.text, 4000))));
  return h(
    'div',
    {},
    h('dl', { class: 'desk-pairs' }, ...said.flatMap(([key, text]) => [h('dt', {}, tr.text(`alarm.${key}`)), h('dd', { 'data-fact': key }, text)])),
    comments.length ? h('h3', {}, tr.text('card.comments')) : null,
    comments.length ? h('ol', { class: 'desk-history desk-comments' }, ...comments) : null,
  );
}
