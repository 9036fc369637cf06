/** Name of the campus, search, language, theme and who is logged in. */
import { h, icon, iconButton } from '../dom.js';
import { account } from './account.js';
import { alarmsButton } from './alarms.js';
import { eventsButton } from './events.js';
import { incidentsButton } from './incidents.js';
import { badge } from './live.js';
import { systemNames } from './readout.js';
import { searchBox } from './search.js';

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function topbar(context) {
  const { tr, scene, store } = context;
  const search = searchBox(context);
  const ends = [badge(context), alarmsButton(context), incidentsButton(context), eventsButton(context)];
  const { campus } = scene;
  const [shortFacts, allFacts] = facts(context);
  const other = tr.language === 'zh' ? 'en' : 'zh';
  const theme = store.state.theme === 'light' ? 'dark' : 'light';
  const looks = () => [
    h('button', { type: 'button', class: 'text-button', lang: other, title: tr.text('language.switch'), onclick: () => store.set({ language: other }) }, tr.text('language.other')),
    iconButton(theme === 'light' ? 'sun' : 'moon', tr.text(`theme.${theme}`), () => store.set({ theme })),
  ];
  const who = account(context, looks);
  const layersButton = h(
    'button',
    { type: 'button', class: 'topbar-toggle', 'aria-controls': 'ui-layers', 'aria-label': tr.text('layers.title'), onclick: () => store.set({ layersOpen: !store.state.layersOpen, planStorey: null }) },
    icon('layers'),
    h('span', { class: 'words' }, tr.text('layers.title')),
  );
  const screens = iconButton('screens', tr.text('screens.open'), () => store.set({ mode: 'screen' }), { class: 'screens-button' });
  const time = iconButton('clock', tr.text('time.open'), () => store.set({ timeOpen: !store.state.timeOpen }), { class: 'time-toggle' });
  const stop = store.watch(['layersOpen', 'planStorey', 'me', 'timeOpen'], (state) => {
    screens.hidden = time.hidden = state.me === null;
    time.setAttribute('aria-pressed', String(state.timeOpen));
    layersButton.setAttribute('aria-expanded', String(state.layersOpen && !state.planStorey));
  });
  const element = h(
    'header',
    { class: 'topbar' },
    layersButton,
    h(
      'div',
      { class: 'topbar-name' },
      h('h1', {}, tr.title(campus.name)),
      h('p', { class: 'topbar-facts', title: `${tr.text('campus.factsHint')}：${allFacts}` }, shortFacts),
    ),
    search.element,
    h(
      'div',
      { class: 'topbar-end' },
      ...ends.map((one) => one.element),
      time,
      screens,
      h('div', { class: 'looks' }, ...looks()),
      who.element,
    ),
  );
  const dispose = () => {
    stop();
    search.dispose?.();
    for (const one of [who, ...ends]) one.dispose?.();
  };
  return { element, dispose };
}

/** @param {import('../context.js').Context} context @returns {[string, string]} in short, and all of it */
function facts({ tr, scene }) {
  const [crs, datum] = systemNames(scene);
  const generation = tr.text('campus.generation', { number: scene.generation });
  return [[crs, generation].join(' · '), [crs, datum, generation].join(' · ')];
}
