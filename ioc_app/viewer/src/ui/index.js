/**
 * Panels over the canvas. `createUi` waits for the scene, restores what the address says, mounts the panels and keeps
 * the address true. A change of language makes the panels anew over the same state.
 */
import { Actions } from './actions.js';
import { Api } from './api.js';
import { deskPlaces, loadDesk } from './desk.js';
import { debounce, fill, h } from './dom.js';
import { goLive } from './live.js';
import { Translator } from './i18n.js';
import { changedLayers, formatLink, parseLink, THEMES } from './link.js';
import { card } from './panels/card.js';
import { eventsPanel } from './panels/events.js';
import { layersPanel } from './panels/layers.js';
import { legend } from './panels/legend.js';
import { staleBanner } from './panels/live.js';
import { planPanel } from './panels/plan.js';
import { compass, readout } from './panels/readout.js';
import { chips, notice, opening, progress, toasts } from './panels/status.js';
import { toolbar, toolPanel } from './panels/toolbar.js';
import { topbar } from './panels/topbar.js';
import { followNow } from './now.js';
import { followTime } from './time.js';
import { snapshotTool } from './tools/part.js';
import { Store } from './store.js';
import { reloadWhenThere, startWall } from './wall.js';
import { Renewal } from '../renewal.js';

/** @typedef {import('../engine/types').Engine} Engine */
/** @typedef {import('../engine/types').Scene} Scene */
/** @typedef {import('../engine/types').UiOptions} UiOptions */
/** @typedef {import('../engine/types').Language} Language */
/** @typedef {import('../engine/types').Ui} Ui */
/** @typedef {import('../engine/types').Theme} Theme */
/** @typedef {import('./context.js').Panel} Panel */

const PANELS = [topbar, layersPanel, planPanel, toolbar, legend, compass, readout, toasts, progress];
/** One below the other at the upper left of the view. */
const STACK = [staleBanner, notice, chips];
/** One above the other at the right, so that neither covers the other. */
const COLUMN = [toolPanel, card, eventsPanel];
/** Of the state, what hides or changes the model and belongs into the address. */
const CHANGES = /** @type {const} */ (['colouring', 'isolation', 'explode', 'section', 'groundOpacity', 'dig']);
const ADDRESS_QUIET_MS = 350;
const NARROW_PX = 1100;
const REMEMBERED = { language: 'campus-language', theme: 'campus-theme' };

/**
 * @param {HTMLElement} root covers the canvas and lets pointer events through
 * @param {Engine} engine
 * @param {UiOptions} options
 * @returns {import('../engine/types').Ui}
 */
export function createUi(root, engine, options) {
  return new CampusUi(root, engine, options);
}

/** @implements {Ui} */
class CampusUi {
  /** @param {HTMLElement} root @param {Engine} engine @param {UiOptions} options */
  constructor(root, engine, options) {
    const link = parseLink(window.location.hash);
    this.root = root;
    /** How much of the past the time bar shows at first. */
    this.span = options.span ?? '24h';
    this.engine = engine;
    this.api = new Api(options.apiUrl);
    this.store = new Store(initialState(link, options));
    this.api.at = () => this.store.state.at;
    this.api.said = (language, at) => new Translator(language).moment(at);
    /** @type {Panel[]} */
    this.panels = [];
    /** @type {(() => void)[]} */
    this.stops = [];
    /** @type {import('./desk.js').DeskModule | null} */
    this.desk = null;
    /** @type {import('./context.js').Context | null} */
    this.context = null;
    /** @type {import('./desk.js').Places | null} */
    this.places = null;
    /** For the head of screens: what is shown, as a file. */
    this.snapshots = snapshotTool;
    this.disposed = false;
    /** End of the stream, while there is one. */
    this.stopLive = () => {};
    this.renewal = new Renewal(engine, options.sceneUrl, { renewed: (scene) => this.renewed(scene), mayNow: () => !isTyping(this.frame) });
    this.written = window.location.hash;
    /** An address that says nothing is answered by what the visitor's role begins with. */
    this.unsaid = !/^#./.test(this.written);
    this.me = this.api.me();
    this.me.catch(() => {});
    this.frame = h('div', { class: 'campus-ui' });
    root.append(this.frame);
    this.show();
    this.stops.push(this.store.watch(['theme'], ({ theme }) => this.applyTheme(theme)), this.store.watch(['mode'], ({ mode }) => (this.frame.dataset.mode = mode)));
    this.linked = { view: Boolean(link.view), layers: Boolean(link.layers), selection: Boolean(link.selected), colouring: Boolean(link.colouring), screen: Boolean(link.screen) };
    this.ready = engine.ready.then((scene) => {
      if (!this.disposed) this.start(scene, link, options);
    });
    this.ready.catch(() => this.me.then(({ kind }) => kind === 'kiosk' && this.stops.push(reloadWhenThere(options.sceneUrl)), () => {}));
    this.ready.catch((fault) => this.disposed || fill(this.frame, opening(new Translator(this.store.state.language), String(fault?.message ?? fault))));
  }

  show() {
    fill(this.frame, opening(new Translator(this.store.state.language), null));
  }

  /** @param {Scene} scene @param {import('./link.js').Link} link @param {UiOptions} options */
  start(scene, link, { onColouring }) {
    this.scene = scene;
    this.engine.setLanguage(this.store.state.language);
    this.store.set({ orthophoto: scene.orthophotos.length ? 0 : null });
    this.mount();
    const { store, engine } = this;
    const write = debounce(() => this.writeAddress(), ADDRESS_QUIET_MS);
    const followAddress = () => this.followAddress();
    window.addEventListener('hashchange', followAddress);
    this.stops.push(
      write.cancel,
      () => window.removeEventListener('hashchange', followAddress),
      engine.on('view', (view) => {
        store.set({ planView: Boolean(view.plan) });
        write();
      }),
      engine.on('select', (one) => void this.actions?.showFeature(one?.idx ?? null)),
      engine.on('hover', (one) => store.set({ hovered: one?.idx ?? null })),
      engine.on('measure', (measurement) => store.set(measurement ? { measurement } : { measurement, measureMode: null })),
      engine.on('layers', () => write()),
      store.watch(['feature', 'cardState', 'planStorey', 'language', 'theme', 'mode', 'screen', 'at', 'place', ...CHANGES], () => write()),
      store.watch(['colouring'], ({ colouring }) => onColouring?.(colouring)),
      store.watch(['language'], ({ language }) => this.speak(language)),
    );
    this.stops.push(followNow(engine, this.api, store), followTime(this));
    this.restore(link, true);
    this.watchCampus();
  }

  /** Who is asking, and what happens meanwhile; a page of an engineer's notebook has neither. */
  watchCampus() {
    this.me.then(
      (me) => {
        if (this.disposed) return;
        this.store.set({ me, ...(this.unsaid && beginsOnScreens(me) ? { mode: 'screen' } : {}) });
        this.goLive();
        void this.openDesk();
        if (me.kind === 'kiosk') this.stops.push(startWall(this));
      },
      () => {},
    );
  }

  goLive() {
    this.stopLive();
    if (this.scene) this.stopLive = goLive(this.engine, this.store, this.scene.generation, this.api.url, () => this.renew());
  }

  /** @param {string} [url] */
  renew(url) {
    this.renewal.ask(url);
  }

  /** Another generation is in the canvas: what is known by its numbers is asked for anew. @param {Scene} scene */
  renewed(scene) {
    const { store } = this;
    const { feature, cardState, isolation, colouring } = store.state;
    const known = new Set(scene.buildings.flatMap(({ storeys }) => storeys.map((one) => one.storey_id)));
    const storeyIds = isolation?.storeyIds.filter((one) => known.has(one)) ?? [];
    this.scene = scene;
    store.set({ hovered: null, orthophoto: this.engine.photo, isolation: isolation && storeyIds.length ? { ...isolation, storeyIds } : null });
    this.mount();
    if (store.state.me) this.goLive();
    void this.actions?.colourBy(colouring && { ...colouring });
    if (cardState !== 'none' && feature) void this.selectById(feature.feature_id);
    this.actions?.say(new Translator(store.state.language).text('scene.renewed', { number: scene.generation }));
  }

  async openDesk() {
    try {
      this.desk = await loadDesk(this.engine);
    } catch (fault) {
      console.error(fault);
      this.actions?.say(new Translator(this.store.state.language).text('fault.desk'), 'error');
    }
    if (!this.disposed) this.mountDesk();
  }

  mountDesk() {
    const { desk, context, places } = this;
    if (desk && context && places) this.panels.push({ element: places.dock, dispose: desk.mountDesk(context, places) });
  }

  mount() {
    if (!this.scene) return;
    this.unmount();
    const { engine, scene, api, store } = this;
    const tr = new Translator(store.state.language);
    this.spoken = tr.language;
    this.actions = new Actions(engine, scene, api, store, tr);
    const context = { engine, scene, api, tr, store, actions: this.actions, help: [] };
    const places = deskPlaces();
    this.context = context;
    this.places = places;
    const panels = PANELS.map((panel) => panel(context));
    const stack = STACK.map((panel) => panel(context));
    const column = COLUMN.map((panel) => panel(context, places));
    this.panels = [...panels, ...stack, ...column];
    this.frame.lang = tr.locale;
    const elements = (/** @type {Panel[]} */ some) => some.map((one) => one.element);
    fill(this.frame, ...elements(panels), h('div', { class: 'stack' }, ...elements(stack)), h('div', { class: 'column' }, places.side, ...elements(column)), places.dock);
    this.mountDesk();
  }

  unmount() {
    for (const one of this.panels.splice(0)) one.dispose?.();
  }

  /** @param {Language} language */
  speak(language) {
    remember('language', language);
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    if (language === this.spoken) return;
    this.engine.setLanguage(language);
    this.mount();
  }

  /** @param {Theme} theme */
  applyTheme(theme) {
    remember('theme', theme);
    this.frame.dataset.theme = theme;
    document.documentElement.dataset.theme = theme;
    this.engine.setTheme(theme);
  }

  /**
   * @param {import('./link.js').Link} link
   * @param {boolean} [first] nothing was changed yet, so that what the link does not say is as it should be
   */
  restore(link, first = false) {
    const { engine, store, scene } = this;
    if (!scene) return;
    const patch = /** @type {Partial<import('./store.js').State>} */ ({ language: link.language, theme: link.theme });
    store.set({ ...Object.fromEntries(Object.entries(patch).filter(([, one]) => one !== undefined)), ...shownBy(link) });
    for (const layer of first && !link.layers ? [] : scene.layers) {
      const wanted = link.layers?.[layer.id] ?? { visible: layer.visible, opacity: layer.opacity ?? 1 };
      engine.setLayerVisible(layer.id, wanted.visible);
      engine.setLayerOpacity(layer.id, wanted.opacity);
    }
    if (!first) this.actions?.reset();
    this.restoreChanges(link, scene);
    if (link.view) engine.setView(link.view, { animate: false });
    store.set({ planStorey: link.plan ?? null });
    if (link.selected) void this.selectById(link.selected);
  }

  /** What the link coloured, cut, lifted or dug. @param {import('./link.js').Link} link @param {Scene} scene */
  restoreChanges({ colouring, alone, explode, section, groundOpacity, dig }, scene) {
    const { actions } = this;
    if (!actions) return;
    if (colouring) void actions.colourBy(colouring);
    const building = alone && scene.buildings.find((one) => one.storeys.some(({ storey_id }) => alone.includes(storey_id)));
    if (building) actions.isolate(building.building_id, alone);
    if (explode) actions.explode(explode.factor, explode.buildingId);
    if (section) actions.section(section);
    if (groundOpacity !== undefined) actions.groundOpacity(groundOpacity);
    if (dig) actions.digAt(dig);
  }

  /** @param {string} featureId */
  async selectById(featureId) {
    try {
      await this.actions?.chooseById(featureId, { fly: false });
    } catch {
      // the thing is gone since the link was made, or with the generation it was in
      void this.actions?.showFeature(null);
      this.actions?.say(new Translator(this.store.state.language).text('link.gone', { id: featureId }), 'error');
    }
  }

  /** What a person has put there, or a click on a link. */
  followAddress() {
    if (window.location.hash === this.written) return;
    this.written = window.location.hash;
    this.restore(parseLink(this.written));
  }

  writeAddress() {
    if (this.disposed || !this.scene) return;
    // it was changed while this one waited, and the browser has not said so yet
    if (window.location.hash !== this.written) return this.followAddress();
    const { feature, cardState, planStorey, isolation, colouring, explode, section, groundOpacity, dig, language, theme, mode, screen, at, known, place } = this.store.state;
    const written = formatLink({
      view: this.engine.getView(),
      layers: mode === 'desk' ? changedLayers(this.scene, this.engine.layerState()) : {},
      selected: cardState === 'shown' ? feature?.feature_id : undefined,
      plan: planStorey ?? undefined,
      colouring: colouring ?? undefined,
      alone: isolation?.storeyIds,
      explode,
      section: section ?? undefined,
      groundOpacity,
      dig: dig ?? undefined,
      screen: (mode === 'screen' && screen) || undefined,
      at: at ?? undefined,
      known: known ?? undefined,
      place: place ?? undefined,
      language,
      theme,
    });
    window.history.replaceState(window.history.state, '', written);
    this.written = window.location.hash;
  }

  /** @param {Language} language */
  setLanguage(language) {
    this.store.set({ language });
  }

  /** @param {Theme} theme */
  setTheme(theme) {
    this.store.set({ theme });
  }

  /** @param {import('../engine/types').Colouring | null} colouring */
  setColouring(colouring) {
    void this.actions?.colourBy(colouring);
  }

  dispose() {
    this.disposed = true;
    this.stopLive();
    this.renewal.close();
    for (const stop of this.stops.splice(0)) stop();
    this.unmount();
    this.frame.remove();
  }
}

/** Whether somebody has begun to write something in here. @param {HTMLElement} frame */
function isTyping(frame) {
  const at = document.activeElement;
  return frame.contains(at) && (at instanceof HTMLTextAreaElement || (at instanceof HTMLInputElement && /^(text|search|number|date)/.test(at.type))) && at.value !== '';
}

/** @param {import('./link.js').Link} link */
const shownBy = ({ screen, at, known, place }) => ({ mode: /** @type {'desk' | 'screen'} */ (screen ? 'screen' : 'desk'), screen: screen ?? null, at: at ?? null, known: known ?? null, place: place ?? null });

/** Who only looks begins with the screens, who works here with the desk. @param {import('./api.js').Me} me */
const beginsOnScreens = ({ kind, role }) => kind === 'kiosk' || role === 'viewer';

/**
 * The address wins, then what this browser chose last, then what the page asks for.
 * @param {import('./link.js').Link} link
 * @param {UiOptions} options
 * @returns {import('./store.js').State}
 */
function initialState(link, options) {
  const language = link.language ?? recalled('language', ['zh', 'en']) ?? options.language;
  const theme = link.theme ?? recalled('theme', THEMES) ?? options.theme;
  return {
    language: /** @type {Language} */ (language),
    theme: /** @type {Theme} */ (theme),
    ...shownBy(link),
    wall: null,
    wallTold: null,
    tool: null,
    layersOpen: window.innerWidth >= NARROW_PX,
    planView: false,
    cardState: 'none',
    feature: null,
    cardError: null,
    colouring: null,
    legend: null,
    field: true,
    isolation: null,
    explode: { factor: 0, buildingId: '' },
    section: null,
    groundOpacity: 1,
    dig: null,
    measureMode: null,
    measurement: null,
    planStorey: link.plan ?? null,
    hovered: null,
    orthophoto: null,
    toast: null,
    me: null,
    connection: null,
    beat: null,
    events: [],
    eventsOpen: false,
    timeOpen: false,
    then: null,
    alarms: new Map(),
    presentAlarms: new Map(),
    flood: null,
    incidents: new Map(),
    desk: null,
    deskOpen: null,
    deskForm: null,
    feedsOpen: false,
  };
}

/** @param {'language' | 'theme'} name @param {string} value */
function remember(name, value) {
  try {
    window.localStorage.setItem(REMEMBERED[name], value);
  } catch {
    // private windows may refuse; the address still carries the choice
  }
}

/** @param {'language' | 'theme'} name @param {string[]} allowed */
function recalled(name, allowed) {
  try {
    const value = window.localStorage.getItem(REMEMBERED[name]);
    return value !== null && allowed.includes(value) ? value : null;
  } catch {
    return null;
  }
}
