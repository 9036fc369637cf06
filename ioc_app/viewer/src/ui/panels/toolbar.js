/** The column of tools at the right edge, and the panel of the one that is open (it stands above the card). */
import { fill, h, iconButton } from '../dom.js';
import { groundTool } from '../tools/ground.js';
import { helpTool } from '../tools/help.js';
import { measureTool } from '../tools/measure.js';
import { sectionTool } from '../tools/section.js';
import { storeysTool } from '../tools/storeys.js';
import { viewsTool } from '../tools/views.js';
import { copyLink } from '../tools/share.js';
import { changesTool, colourTool, findingsTool, snapshotTool, undergroundTool, wallTool } from '../tools/part.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').Panel} Panel */

/** @type {Record<string, (context: Context) => Panel>} */
const TOOLS = {
  ground: groundTool,
  section: sectionTool,
  storeys: storeysTool,
  measure: measureTool,
  underground: undergroundTool,
  findings: findingsTool,
  colour: colourTool,
  changes: changesTool,
  views: viewsTool,
  picture: snapshotTool,
  wall: wallTool,
  help: helpTool,
};

/** Key -> what it does. The engine has its own keys (arrows, +, -, Home, N, P) while the canvas has the focus. */
/** @type {Record<string, string>} */
const TOOL_KEYS = { g: 'ground', x: 'section', e: 'storeys', m: 'measure', c: 'colour', v: 'views', '?': 'help' };

/** @param {Context} context @returns {Panel} */
export function toolbar(context) {
  const { tr, store, engine, actions } = context;
  const toggle = (/** @type {string} */ name) => store.set({ tool: store.state.tool === name ? null : name });
  const plan = iconButton('plan', tr.text('tool.plan'), () => actions.planView(!store.state.planView), { 'data-tool': 'plan' });
  const tool = (/** @type {string} */ name, /** @type {string} */ iconName) =>
    iconButton(iconName, tr.text(`tool.${name}`), () => toggle(name), { 'data-tool': name, 'aria-expanded': 'false' });
  const underground = tool('underground', 'underground');
  const buttons = [tool('ground', 'ground'), tool('section', 'section'), tool('storeys', 'storeys'), tool('measure', 'measure'), underground, tool('findings', 'inspect'), tool('colour', 'colour'), tool('changes', 'changes'), tool('views', 'views')];
  const picture = tool('picture', 'camera');
  const help = tool('help', 'keyboard');
  const wall = tool('wall', 'wall');
  const bar = h(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-orientation': 'vertical', 'aria-label': tr.text('tool.all') },
    iconButton('home', tr.text('tool.home'), () => engine.home(), { 'data-tool': 'home' }),
    iconButton('north', tr.text('tool.north'), () => engine.north(), { 'data-tool': 'north' }),
    plan,
    iconButton('plus', tr.text('tool.zoomIn'), () => engine.zoom(1.4)),
    iconButton('minus', tr.text('tool.zoomOut'), () => engine.zoom(1 / 1.4)),
    h('hr', {}),
    ...buttons,
    h('hr', {}),
    picture,
    iconButton('link', tr.text('tool.link'), () => void copyLink(context), { 'data-tool': 'link' }),
    wall,
    help,
  );
  roving(bar);
  const stops = [
    store.watch(['tool'], (state) => {
      for (const one of [...buttons, picture, wall, help]) one.setAttribute('aria-expanded', String(one.dataset.tool === state.tool));
    }),
    store.watch(['me'], ({ me }) => {
      wall.hidden = !me?.rights.includes('handle');
      underground.hidden = !me?.rights.includes('underground');
    }),
    store.watch(['planView'], (state) => plan.setAttribute('aria-pressed', String(state.planView))),
    shortcuts(context, toggle),
  ];
  return { element: bar, dispose: () => stops.forEach((stop) => stop()) };
}

/** @param {Context} context @returns {Panel} */
export function toolPanel(context) {
  const element = h('div', { class: 'tool-host' });
  /** @type {Panel | null} */
  let open = null;
  const stop = context.store.watch(['tool'], ({ tool }) => {
    open?.dispose?.();
    open = tool ? TOOLS[tool](context) : null;
    fill(element, open && framed(context, String(tool), open));
  });
  const dispose = () => {
    stop();
    open?.dispose?.();
  };
  return { element, dispose };
}

/** @param {Context} context @param {string} name @param {Panel} panel */
function framed({ tr, store }, name, panel) {
  return h(
    'section',
    { class: 'tool-panel', 'data-panel': name, 'aria-label': tr.text(`tool.${name}`) },
    h('div', { class: 'panel-head' }, h('h2', {}, tr.text(`tool.${name}`)), iconButton('close', tr.text('close'), () => store.set({ tool: null }), { class: 'small' })),
    panel.element,
  );
}

/** One stop for the Tab key; arrows move inside, as a toolbar should. @param {HTMLElement} bar */
function roving(bar) {
  const all = [...bar.querySelectorAll('button')];
  all.forEach((one, n) => one.setAttribute('tabindex', n ? '-1' : '0'));
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = all.filter((one) => !one.hidden);
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (!step || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    all.forEach((one) => one.setAttribute('tabindex', one === next ? '0' : '-1'));
    next.focus();
  });
}

/** @param {Context} context @param {(name: string) => void} toggle */
function shortcuts({ store, actions, engine }, toggle) {
  const listener = (/** @type {KeyboardEvent} */ event) => {
    if (store.state.mode === 'screen' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const name = TOOL_KEYS[event.key.toLowerCase()];
    if (name) toggle(name);
    else if (event.key === '/') document.getElementById('ui-search')?.focus();
    else if (event.key === 'h') engine.home();
    else if (event.key === 'r') actions.reset();
    else if (event.key === 'l') store.set({ layersOpen: !store.state.layersOpen, planStorey: null });
    else return;
    event.preventDefault();
  };
  // before the canvas, whose own Esc ends a measurement and lets go of the selection, whatever else is open
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape' || store.state.feedsOpen || typing(event.target) || !closeLast(store, actions)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('keydown', listener);
  window.addEventListener('keydown', escape, { capture: true });
  return () => {
    window.removeEventListener('keydown', listener);
    window.removeEventListener('keydown', escape, { capture: true });
  };
}

/**
 * Esc closes one thing a press: the measurement, the tool, the form of the desk, the card of the desk with what it showed, the card, the plan, the desk, its time bar.
 * @param {import('../store.js').Store} store
 * @param {import('../actions.js').Actions} actions
 * @returns {boolean} whether there was something to close
 */
function closeLast(store, actions) {
  const { measureMode, tool, desk, deskForm, deskOpen, cardState, planStorey, timeOpen, mode } = store.state;
  if (measureMode) actions.measure(null);
  else if (tool) store.set({ tool: null });
  else if (deskForm) store.set({ deskForm: null });
  else if (deskOpen) {
    store.set({ deskOpen: null });
    actions.closeCard();
  } else if (cardState !== 'none') actions.closeCard();
  else if (planStorey) actions.openPlan(null);
  else if (desk) store.set({ desk: null });
  else if (timeOpen && mode === 'desk') store.set({ timeOpen: false });
  else return false;
  return true;
}

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName) || target.closest('[data-own-keys]') !== null);
}
