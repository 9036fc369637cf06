/** Above the incidents: how many of what, which are shown, how, and a new report. */
import { fill, h, icon } from '../../ui/dom.js';
import { levelSign } from '../../ui/level_sign.js';
import { LEVELS } from '../../engine/levels.js';
import { STAGES } from '../../live/incidents.js';
import { counted } from './filter.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {import('./filter.js').Filter} Filter */

/** @type {readonly [import('./room.js').View, string][]} */
const VIEWS = [['list', 'incidents.list'], ['board', 'incidents.board'], ['measures', 'incidents.measures']];

/** @param {Room} room @param {{changed: () => void, report: () => void, view: (view: import('./room.js').View) => void}} tell */
export function incidentBar(room, tell) {
  const { tr, store } = room.context;
  const narrow = (/** @type {Partial<Filter>} */ change) => {
    room.kept.filter = { ...room.kept.filter, ...change };
    tell.changed();
  };
  const { filter } = room.kept;
  const level = select(tr.text('only.level'), (value) => narrow({ level: value }));
  const stage = select(tr.text('only.stage'), (value) => narrow({ stage: value }));
  const kind = select(tr.text('only.kind'), (value) => narrow({ kind: value }));
  const text = h('input', { type: 'search', class: 'filter', value: filter.text, placeholder: tr.text('only.text'), 'aria-label': tr.text('only.text'), 'aria-keyshortcuts': '/', oninput: () => narrow({ text: text.value }) });
  const numbers = { mine: h('span', {}), breached: h('span', {}) };
  const check = (/** @type {'mine' | 'breached'} */ name) => {
    const input = h('input', { type: 'checkbox', checked: filter[name], onchange: () => narrow({ [name]: input.checked }) });
    return h('label', { class: 'desk-choice', 'data-only': name }, input, numbers[name]);
  };
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (text.value) {
      text.value = '';
      narrow({ text: '' });
    } else tell.changed();
    text.blur();
  });
  const views = VIEWS.map(([view, key]) => h('button', { type: 'button', class: 'button', 'data-view': view, 'aria-keyshortcuts': 'Y', onclick: () => tell.view(view) }, tr.text(key)));
  const report = h('button', { type: 'button', class: 'button primary', 'aria-keyshortcuts': 'N', onclick: tell.report }, icon('plus'), tr.text('report.new'), h('kbd', {}, 'N'));
  const counts = h('span', { class: 'incident-counts', role: 'status' });
  const filters = h('div', { class: 'desk-filters' }, level, stage, kind, text, check('mine'), check('breached'));
  const element = h('div', { class: 'desk-bar incident-bar' }, counts, filters);
  /** Beside the titles of the tabs. */
  const head = [h('span', { class: 'views', role: 'group', 'aria-label': tr.text('incidents.view') }, ...views), report];
  const show = () => {
    const now = counted(store.state.incidents.values(), room.me);
    numbers.mine.textContent = tr.text('only.mine', { count: now.mine });
    numbers.breached.textContent = tr.text('only.breached', { count: now.breached });
    numbers.breached.toggleAttribute('data-any', now.breached > 0);
    const levels = [...LEVELS].reverse().filter(({ name }) => now.level[name]);
    fill(counts, ...levels.map(({ name }) => h('span', { class: 'incident-count', title: room.levelWords(name) }, levelSign(name), h('span', { class: 'unseen' }, room.levelWords(name)), String(now.level[name]))), now.supervised ? h('span', { class: 'incident-mark', 'data-mark': 'supervised' }, tr.text('incidents.supervisedCount', { count: now.supervised })) : null);
    options(level, [...LEVELS].reverse().map(({ name }) => [name, room.levelWords(name)]), room.kept.filter.level);
    options(stage, STAGES.map((one) => [one, room.stageWords(one)]), room.kept.filter.stage);
    options(kind, room.terms.kinds.map((one) => [one.kind, tr.title(one.title)]), room.kept.filter.kind);
    for (const one of views) one.setAttribute('aria-pressed', String(one.dataset.view === room.kept.view));
    filters.hidden = room.kept.view === 'measures'; // of all incidents, closed ones too
    report.hidden = !room.may('handle');
  };
  return { element, head, show, focus: () => text.focus() };
}

/** @param {string} all what stands for no choice @param {(value: string) => void} choose */
function select(all, choose) {
  const element = h('select', { 'aria-label': all, onchange: () => choose(element.value) }, h('option', { value: '' }, all));
  return element;
}

/** Made once, and again when the server's words came. @param {HTMLSelectElement} element @param {[string, string][]} some @param {string} chosen */
function options(element, some, chosen) {
  if (element.options.length !== some.length + 1) {
    const [all] = element.options;
    fill(element, all, ...some.map(([value, text]) => h('option', { value }, text)));
  }
  element.value = chosen;
}
