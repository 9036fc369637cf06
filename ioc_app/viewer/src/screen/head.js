/** The head: whose campus, which question, the clock, the weather, how old what is shown is, and the way to other styles and to the desk. */
import { fill, h, icon, iconButton } from '../ui/dom.js';
import { plainText } from '../engine/text.js';
import { reportMenu } from '../reports/menu.js';
import { THEMES } from '../ui/link.js';
import { clockWords, shortTime } from './format.js';
import { screenIcon } from './tabs.js';

/** @typedef {import('../ui/i18n.js').Translator} Translator */
/** @typedef {import('./screens.js').Viewer} Viewer */

/** The station of the campus, where it has one (docs/operations.md). */
const STATION = 'weather';
const WEATHER_MS = 60_000;
/** A thermometer that was silent for so long says nothing of the weather. */
const OLD_MS = 3 * 3_600_000;

/**
 * @param {HTMLElement} host
 * @param {{viewer: Viewer, tr: Translator, kpis: HTMLElement, now: () => number}} surroundings
 */
export function head(host, { viewer, tr, kpis, now }) {
  const { store, scene, api } = viewer;
  const campus = h('span', { class: 'head-campus' }, tr.title(scene?.campus.name));
  const theme = h('span', {});
  const question = h('p', { class: 'head-question' });
  const place = h('button', { type: 'button', class: 'head-place', hidden: true, title: tr.text('screen.wholeCampus'), onclick: () => viewer.context?.actions.closeCard() });
  const name = h('div', { class: 'head-name' }, h('div', { class: 'head-where' }, campus, place), h('h1', { class: 'head-theme' }, theme), question);
  const time = h('span', { class: 'head-time', role: 'timer', 'aria-live': 'off' });
  const date = h('span', { class: 'head-date' });
  const weather = h('span', { class: 'head-weather', hidden: true });
  const data = h('span', { class: 'head-data', role: 'status' });
  const end = h('div', { class: 'head-end' }, h('div', { class: 'head-clock' }, time, date), h('div', { class: 'head-state' }, weather, data), ...controls(viewer, tr));
  fill(host, name, kpis, end);
  /** What the data badge says. @type {{at: number | null}} */
  const shown = { at: null };
  const sayData = () => {
    const { connection } = store.state;
    const isLost = connection === 'lost' || connection === 'stale';
    data.dataset.tone = isLost ? 'bad' : '';
    data.title = tr.text(isLost ? 'live.lost' : 'screen.dataHint');
    data.textContent = isLost ? tr.text('screen.lost') : shown.at === null ? '' : tr.text('screen.data', { time: shortTime(shown.at, tr) });
  };
  const tick = () => {
    const words = clockWords(now(), tr);
    time.textContent = words.time;
    if (date.title === words.whole) return;
    date.textContent = words.date;
    date.title = words.whole;
  };
  let weatherTimer = 0;
  const askWeather = async () => {
    try {
      const said = document.hidden ? null : weatherOf(await api.points(STATION), now());
      if (said) {
        weather.hidden = !said.length;
        weather.title = tr.text('screen.weather');
        weather.textContent = said.map(({ value, unit }) => `${tr.number(value, 1)} ${tr.unit(unit)}`).join(' · ');
      }
    } catch {
      weather.hidden = true; // a campus without a station, or one that cannot be asked now
    }
    weatherTimer = window.setTimeout(() => void askWeather(), WEATHER_MS);
  };
  tick();
  const clock = window.setInterval(tick, 1000);
  void askWeather();
  const stop = store.watch(['connection'], sayData);
  return {
    /** @param {import('./screens.js').ScreenTitle | null} screen */
    sayScreen(screen) {
      fill(theme, screen && screenIcon(screen.icon), screen ? tr.title(screen.title) : tr.text('screen.loading'));
      question.textContent = question.title = screen ? tr.title(screen.question) : '';
    },
    /** The oldest of what is shown. @param {number | null} at ms */
    sayDataTime(at) {
      shown.at = at;
      sayData();
    },
    /** @param {string} words empty: the whole campus */
    sayPlace(words) {
      place.hidden = !words;
      fill(place, h('span', {}, plainText(words, 40)), icon('close'));
    },
    dispose() {
      clearInterval(clock);
      clearTimeout(weatherTimer);
      stop();
    },
  };
}

/**
 * Temperature of the station, and rain while it rains; what is old or absent is left out.
 * @param {readonly import('../ui/api.js').PointNow[]} points @param {number} now ms
 * @returns {{value: number, unit: string}[]}
 */
export function weatherOf(points, now) {
  return [`${STATION}:temperature`, `${STATION}:rain`].flatMap((id) => {
    const one = points.find(({ point_id }) => point_id === id);
    if (!one || one.value === null || !one.observed_at || now - Date.parse(one.observed_at) > OLD_MS) return [];
    return id.endsWith('rain') && one.value === 0 ? [] : [{ value: one.value, unit: one.unit ?? '' }];
  });
}

/** A kiosk has none: nobody stands at it. @param {Viewer} viewer @param {Translator} tr @returns {HTMLElement[]} */
function controls(viewer, tr) {
  const { store, api } = viewer;
  if (store.state.me?.kind === 'kiosk') return [];
  const other = tr.language === 'zh' ? 'en' : 'zh';
  const styles = THEMES.map((style) => {
    const input = h('input', { type: 'radio', name: 'screen-style', value: style, checked: store.state.theme === style });
    input.addEventListener('change', () => store.set({ theme: style }));
    return h('label', { class: 'check' }, input, tr.text(`screen.style.${style}`));
  });
  const menu = h(
    'details',
    { class: 'head-menu' },
    h('summary', { title: tr.text('screen.look'), 'aria-label': tr.text('screen.look') }, icon('colour')),
    h('div', { class: 'head-menu-body', 'data-own-keys': '' }, h('fieldset', {}, h('legend', {}, tr.text('screen.styles')), ...styles), h('button', { type: 'button', class: 'button', lang: other, onclick: () => store.set({ language: other }) }, tr.text('language.other'))),
  );
  menu.addEventListener('focusout', ({ relatedTarget }) => relatedTarget instanceof Node && !menu.contains(relatedTarget) && menu.removeAttribute('open'));
  menu.addEventListener('keydown', ({ key }) => key === 'Escape' && menu.removeAttribute('open'));
  const reports = reportMenu({ api, tr, mayKeep: store.state.me?.rights?.includes('handle') ?? false });
  return [reports, snapshots(viewer), menu, iconButton('layers', tr.text('screen.desk'), () => store.set({ mode: 'desk' }), { class: 'head-desk' })];
}

/** The same as the tool of the desk, fetched when it is opened. @param {Viewer} viewer */
function snapshots(viewer) {
  const { context } = viewer;
  const title = context?.tr.text('tool.picture') ?? '';
  const body = h('div', { class: 'head-menu-body', 'data-own-keys': '' });
  const menu = h('details', { class: 'head-menu snapshot-menu' }, h('summary', { title, 'aria-label': title }, icon('camera')), body);
  menu.addEventListener('toggle', () => menu.open && context && fill(body, viewer.snapshots(context).element));
  menu.addEventListener('keydown', ({ key }) => key === 'Escape' && menu.removeAttribute('open'));
  return menu;
}
