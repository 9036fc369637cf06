/** Viewpoints that this browser remembers, one list a campus. */
import { fill, h, iconButton } from '../dom.js';

/** @typedef {{name: string, hash: string}} Viewpoint */
/** @typedef {import('../context.js').Context} Context */

const MOST = 50;

/** @param {Context} context @returns {import('../context.js').Panel} */
export function viewsTool(context) {
  const { tr } = context;
  const list = h('ul', { class: 'view-list' });
  const name = h('input', { type: 'text', maxlength: '40', placeholder: tr.text('views.name'), 'aria-label': tr.text('views.name') });
  const draw = () => {
    const views = load(context);
    fill(list, ...(views.length ? views.map((one, n) => row(context, one, n, draw)) : [h('li', { class: 'hint' }, tr.text('views.none'))]));
  };
  const form = h(
    'form',
    {
      class: 'view-form',
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        const views = load(context);
        const title = name.value.trim() || tr.text('views.number', { number: views.length + 1 });
        save(context, [...views, { name: title, hash: window.location.hash }].slice(-MOST));
        name.value = '';
        draw();
      },
    },
    name,
    h('button', { type: 'submit', class: 'button' }, tr.text('views.save')),
  );
  draw();
  return { element: h('div', { class: 'tool-body' }, form, list) };
}

/** @param {Context} context @param {Viewpoint} view @param {number} n @param {() => void} draw */
function row(context, view, n, draw) {
  const { tr } = context;
  const forget = () => {
    save(context, load(context).filter((_one, at) => at !== n));
    draw();
  };
  return h(
    'li',
    { class: 'layer-row' },
    h('button', { type: 'button', class: 'link-button layer-title', onclick: () => { window.location.hash = view.hash; } }, view.name),
    iconButton('trash', tr.text('views.forget', { name: view.name }), forget, { class: 'small' }),
  );
}

/** @param {Context} context */
function key({ scene }) {
  return `campus-views:${scene.campus.name.zh}`;
}

/** What is not a list of viewpoints is none. @param {Context} context @returns {Viewpoint[]} */
function load(context) {
  try {
    const stored = JSON.parse(window.localStorage.getItem(key(context)) ?? '[]');
    const sound = Array.isArray(stored) ? stored : [];
    return sound.filter((one) => typeof one?.name === 'string' && typeof one?.hash === 'string' && one.hash.startsWith('#'));
  } catch {
    return [];
  }
}

/** @param {Context} context @param {Viewpoint[]} views */
function save(context, views) {
  try {
    window.localStorage.setItem(key(context), JSON.stringify(views));
  } catch {
    context.actions.say(context.tr.text('views.full'), 'error');
  }
}
