/**
 * The viewer in a file of its own, opened by a double click: no server, no network. The same engine, panels and screens; what they
 * ask, the file answers (`answers.js`). Its head and its elements are written by `ioc_app/snapshots/page.py`.
 */
import { Translator } from '../ui/i18n.js';
import { mountViewer } from '../index.js';
import { mountScreens } from '../screen/index.js';
import { Answers } from './answers.js';
import { API, install } from './channel.js';
import { label } from './label.js';
import en from './i18n/en.json';
import { hold } from './hold.js';
import { KeptPanels } from './panels.js';
import { readRecord } from './record.js';
import zh from './i18n/zh.json';

/** @typedef {import('../screen/screens.js').Viewer} Viewer */

/** Whatever a part learns later: what it calls "now" is here the last moment of the file. */
function speak() {
  const { learn } = Translator;
  Translator.learn = (more) => {
    learn.call(Translator, more);
    learn.call(Translator, { zh, en });
  };
  Translator.learn({ zh: {}, en: {} });
}

async function open() {
  const { record, pack, plotly } = await readRecord();
  const { about } = record;
  /** @type {any} */ (window)._dashPlotlyJSURL = plotly;
  install(new Answers(record), pack);
  speak();
  Translator.campusZone = about.timezone;
  if (!/^#./.test(window.location.hash)) window.history.replaceState(null, '', about.link);
  const mounted = mountViewer(/** @type {HTMLElement} */ (document.getElementById('campus')), { sceneUrl: `${API}/scene`, apiUrl: API, chrome: true, span: 'all' });
  const ui = /** @type {Viewer} */ (/** @type {unknown} */ (mounted.ui));
  hold(ui.store, about);
  await mounted.ready;
  label(document.body, ui.store, about);
  if (!about.screens.length) return;
  /** @type {import('../screen/screens.js').Screens | null} */
  let screens = null;
  const panels = new KeptPanels(record, record.answers['/slots'], (chosen) => {
    if (chosen.at) ui.store.set({ at: Date.parse(chosen.at) });
    if (chosen.alarm_id || chosen.incident_id) screens?.wish({ chosen });
  });
  ui.store.watch(['mode'], ({ mode }) => {
    if (mode === 'screen') screens ??= mountScreens(ui, (state) => panels.show(state));
  });
}

open().catch((fault) => {
  console.error(fault);
  document.querySelector('.boot')?.append(` ${fault?.message ?? fault}`);
});
