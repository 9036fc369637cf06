/** Words for what is going on: loading, lost, wrong, composed, changed. */
import { fill, h, icon, iconButton } from '../dom.js';
import { buildingName, buildingOf } from '../../names.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').Panel} Panel */

const TOAST_MS = 4000;
const ERROR_MS = 12_000;

/** What a campus must say of itself on every screen. @param {Context} context @returns {Panel} */
export function notice({ tr, scene }) {
  const text = tr.title(scene.campus.notice);
  return { element: h('p', { class: 'notice', role: 'note', hidden: !text }, icon('info'), text) };
}

/**
 * What hides or changes the model, each with a way back: whoever takes over the desk must see why something is missing.
 * @param {Context} context @returns {Panel}
 */
export function chips(context) {
  const { tr, store, actions } = context;
  const element = h('div', { class: 'chips', role: 'status', 'aria-label': tr.text('chips.title') });
  const stop = store.watch(['isolation', 'explode', 'section', 'groundOpacity', 'dig', 'colouring', 'measureMode'], () => {
    const active = CHIPS.filter((one) => one.on(store.state));
    fill(
      element,
      ...active.map((one) =>
        h('button', { type: 'button', class: 'chip', title: tr.text('chips.undo'), onclick: () => one.off(actions, store.state) }, one.text(context), icon('close')),
      ),
      active.length > 1 ? h('button', { type: 'button', class: 'chip chip-reset', onclick: () => actions.reset() }, icon('reset'), tr.text('chips.reset')) : null,
    );
  });
  return { element, dispose: stop };
}

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../actions.js').Actions} Actions */
/** @type {{on: (state: State) => boolean, text: (context: Context) => string, off: (actions: Actions, state: State) => void}[]} */
const CHIPS = [
  {
    on: (state) => state.isolation !== null,
    text: ({ tr, scene, store }) => {
      const building = buildingOf(scene, store.state.isolation?.buildingId);
      const names = building?.storeys.filter((one) => store.state.isolation?.storeyIds.includes(one.storey_id)).map((one) => one.name) ?? [];
      return tr.text('chips.isolation', { building: buildingName(building, tr.language), storeys: tr.list(names) });
    },
    off: (actions, state) => state.isolation && actions.isolate(state.isolation.buildingId, []),
  },
  {
    on: (state) => state.explode.factor > 0,
    text: ({ tr }) => tr.text('chips.explode'),
    off: (actions, state) => actions.explode(0, state.explode.buildingId),
  },
  { on: (state) => state.section !== null, text: ({ tr }) => tr.text('chips.section'), off: (actions) => actions.section(null) },
  {
    on: (state) => state.groundOpacity < 1,
    text: ({ tr, store }) => tr.text('chips.ground', { percent: Math.round(store.state.groundOpacity * 100) }),
    off: (actions) => actions.groundOpacity(1),
  },
  { on: (state) => state.dig !== null, text: ({ tr, store }) => tr.text('chips.dig', { radius: store.state.dig?.radius ?? 0 }), off: (actions) => actions.dig(0) },
  {
    on: (state) => state.colouring !== null,
    text: ({ tr, scene, store: { state: { colouring } } }) =>
      tr.text('chips.colour', { layer: colouring?.quantity === undefined ? tr.title(scene.layers.find((one) => one.id === colouring?.layer)?.title) : tr.text('colour.now') }),
    off: (actions) => void actions.colourBy(null),
  },
  { on: (state) => state.measureMode !== null, text: ({ tr }) => tr.text('chips.measure'), off: (actions) => actions.measure(null) },
];

/** Short messages; faults stay longer. @param {Context} context @returns {Panel} */
export function toasts({ tr, store, engine }) {
  const element = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
  let timer = 0;
  const hide = () => store.set({ toast: null });
  const stops = [
    store.watch(['toast'], ({ toast }) => {
      clearTimeout(timer);
      if (!toast) return fill(element);
      fill(element, h('p', { class: `toast ${toast.kind}` }, icon(toast.kind === 'error' ? 'warning' : 'info'), toast.text, iconButton('close', tr.text('close'), hide, { class: 'small' })));
      timer = window.setTimeout(hide, toast.kind === 'error' ? ERROR_MS : TOAST_MS);
    }),
    engine.on('error', ({ code, message }) => {
      const key = `fault.${code}`;
      store.set({ toast: { kind: 'error', at: Date.now(), text: tr.text(tr.has(key) ? key : 'fault.other', { detail: message }) } });
    }),
    engine.on('contextlost', () => store.set({ toast: { kind: 'error', at: Date.now(), text: tr.text('fault.contextlost') } })),
    engine.on('contextrestored', () => store.set({ toast: { kind: 'info', at: Date.now(), text: tr.text('fault.contextrestored') } })),
  ];
  return {
    element,
    dispose: () => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
    },
  };
}

/** A thin line while tiles arrive. @param {Context} context @returns {Panel} */
export function progress({ tr, engine }) {
  const bar = h('div', { class: 'progress-bar' });
  const element = h('div', { class: 'progress', role: 'progressbar', 'aria-label': tr.text('loading.tiles'), 'aria-valuemin': '0', 'aria-valuemax': '100', hidden: true }, bar);
  const stop = engine.on('progress', ({ value }) => {
    const percent = Math.round(value * 100);
    element.hidden = percent >= 100;
    element.setAttribute('aria-valuenow', String(percent));
    bar.style.transform = `scaleX(${value})`;
  });
  return { element, dispose: stop };
}

/**
 * Before the scene is there, and when it cannot be had.
 * @param {import('../i18n.js').Translator} tr
 * @param {string | null} fault
 */
export function opening(tr, fault) {
  if (fault === null) return h('div', { class: 'opening', role: 'status' }, h('div', { class: 'opening-bar' }), h('p', {}, tr.text('loading.scene')));
  return h(
    'div',
    { class: 'opening failed', role: 'alert' },
    icon('warning'),
    h('h1', {}, tr.text('fault.sceneTitle')),
    h('p', {}, tr.text('fault.scene', { detail: fault })),
    h('button', { type: 'button', class: 'button primary', onclick: () => window.location.reload() }, tr.text('fault.retry')),
  );
}
