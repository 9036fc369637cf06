/** The themes, one a tab, with what stands in each: how many alarms and incidents, and the shape of the worst. */
import { levelSign } from '../ui/level_sign.js';
import { fill, h, s } from '../ui/dom.js';
import { stateOf } from '../engine/levels.js';
import { isOpen } from '../live/incidents.js';
import { ICONS } from './icons.js';

/** @typedef {import('../live/alarms.js').Alarm} Alarm */
/** @typedef {import('../live/incidents.js').Summary} Incident */
/** @typedef {import('./screens.js').ScreenTitle} ScreenTitle */
/** @typedef {import('../ui/i18n.js').Translator} Translator */

/** Whether one of the patterns names it; `*` stands for anything. No pattern: all. @param {readonly string[]} patterns @param {string} name */
export function matches(patterns, name) {
  return !patterns.length || patterns.some((one) => new RegExp(`^${one.split('*').map((part) => part.replace(/[^\w]/g, '\\$&')).join('.*')}$`).test(name));
}

/**
 * Alarms that stand and are not put aside, of the types of a screen; the screen of all types counts what was reported, too: an
 * incident that came of an alarm is that alarm.
 * @param {Pick<ScreenTitle, 'alarm_types'>} screen @param {Iterable<Alarm>} alarms @param {Iterable<Incident>} incidents
 * @returns {{count: number, worst: string | null}} the level of the worst
 */
export function standing({ alarm_types }, alarms, incidents) {
  const calling = [...alarms].filter((one) => !one.shelved && !one.suppressed_by && matches(alarm_types, one.alarm_type));
  const reported = alarm_types.length ? [] : [...incidents].filter((one) => isOpen(one) && one.source !== 'alarm');
  const levels = [...calling, ...reported].map(({ level }) => level);
  return { count: levels.length, worst: levels.reduce((/** @type {string | null} */ worst, one) => (stateOf(one) > stateOf(worst) ? one : worst), null) };
}

/** @param {string} name */
export const screenIcon = (name) => s('svg', { class: 'icon', viewBox: '0 0 20 20', 'aria-hidden': 'true', focusable: 'false' }, ...(ICONS[name] ?? ICONS.map).map((d) => s('path', { d })));

/**
 * @param {HTMLElement} host
 * @param {{tr: Translator, store: import('../ui/store.js').Store, screens: readonly ScreenTitle[], choose: (id: string) => void}} surroundings
 * @returns {() => void} dispose
 */
export function tabs(host, { tr, store, screens, choose }) {
  const made = screens.map((screen, n) => {
    const count = h('span', { class: 'tab-count' });
    const key = n < 9 ? ` (Alt+${n + 1})` : '';
    const button = h(
      'button',
      { type: 'button', role: 'tab', id: `screen-tab-${screen.id}`, class: 'screen-tab', title: `${tr.title(screen.question)}${key}`, onclick: () => choose(screen.id) },
      h('span', { class: 'tab-sign' }, screenIcon(screen.icon), count),
      h('span', { class: 'tab-title' }, tr.title(screen.title)),
    );
    button.style.setProperty('--tab-accent', `var(--accent-${screen.accent})`);
    return { screen, button, count, said: '' };
  });
  const list = h('div', { class: 'tab-list', role: 'tablist', 'aria-label': tr.text('screen.tabs') }, ...made.map((one) => one.button));
  fill(host, list);
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const n = made.findIndex(({ screen }) => screen.id === store.state.screen);
    const to = keyedTab(event, n, made.length, list.contains(document.activeElement));
    if (to === null) return;
    event.preventDefault();
    choose(made[to].screen.id);
    if (list.contains(document.activeElement)) made[to].button.focus();
  };
  window.addEventListener('keydown', onKey);
  const stops = [
    store.watch(['screen'], (state) => {
      for (const { screen, button } of made) {
        const isShown = screen.id === state.screen;
        button.setAttribute('aria-selected', String(isShown));
        button.tabIndex = isShown ? 0 : -1;
        if (isShown && list.scrollWidth > list.clientWidth) button.scrollIntoView({ block: 'nearest', inline: 'center' });
      }
    }),
    store.watch(['alarms', 'incidents'], ({ alarms, incidents }) => {
      for (const one of made) {
        const { count, worst } = standing(one.screen, alarms.values(), incidents.values());
        const said = `${count} ${worst}`;
        if (said === one.said) continue;
        one.said = said;
        fill(one.count, levelSign(worst), count ? h('span', {}, count > 99 ? '99+' : String(count)) : null, count ? h('span', { class: 'unseen' }, tr.text('screen.standing', { count, level: worst ? tr.text(`level.${worst}`) : '' })) : null);
      }
    }),
  ];
  return () => {
    window.removeEventListener('keydown', onKey);
    for (const stop of stops) stop();
  };
}

/**
 * Alt with a digit from everywhere; left and right, first and last while the tabs have the focus.
 * @param {Pick<KeyboardEvent, 'key' | 'code' | 'altKey' | 'ctrlKey' | 'metaKey'>} event @param {number} at @param {number} count @param {boolean} within
 * @returns {number | null}
 */
export function keyedTab({ key, code, altKey, ctrlKey, metaKey }, at, count, within) {
  if (ctrlKey || metaKey || !count) return null;
  if (altKey) {
    const digit = Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1] ?? 0);
    return digit >= 1 && digit <= count ? digit - 1 : null;
  }
  if (!within) return null;
  /** @type {Record<string, number>} */
  const to = { ArrowLeft: (at - 1 + count) % count, ArrowRight: (at + 1) % count, Home: 0, End: count - 1 };
  return to[key] ?? null;
}
