/**
 * The Dash component: mounts the viewer once, passes props down and what happens up. React is the page's own.
 * Registers as `window.campus_twin.CampusViewer`; the engine is imported when the first one mounts. `ScreenFrame` is what Dash
 * knows of the one-map screens around it; their chunk is imported with the first screen that is shown.
 */
import { forgetHistory } from './panels/history.js';

/** @typedef {import('./engine/types').Mounted} Mounted */
/** @typedef {import('./engine/types').Engine} Engine */
/**
 * @typedef {object} Props described in ioc_app/campus_viewer.py
 * @property {string} [id]
 * @property {string} [className]
 * @property {Record<string, string | number>} [style]
 * @property {string} scene_url
 * @property {string} [api_url]
 * @property {import('./engine/types').Language} [language]
 * @property {import('./engine/types').Theme} [theme]
 * @property {boolean} [chrome]
 * @property {string | null} [selection] feature_id
 * @property {import('./engine/types').View | null} [view]
 * @property {Record<string, {visible?: boolean, opacity?: number}>} [layers]
 * @property {import('./engine/types').Colouring | null} [colouring]
 * @property {{name: string, args?: any[]} | null} [command]
 * @property {boolean} [ready]
 * @property {(changed: Partial<Props>) => void} [setProps]
 */
/** The page's React, as far as it is used. @type {any} */
const React = /** @type {any} */ (window).React;
/** Set by the build. @type {string} */
// @ts-ignore -- esbuild's define
const engineHash = ENGINE_HASH;
/** Set by the build. @type {string} */
// @ts-ignore -- esbuild's define
const screenHash = SCREEN_HASH;
const beside = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src ?? document.baseURI;
const engineUrl = new URL(`engine.js?${engineHash}`, beside).href;
const screenUrl = new URL(`screen.js?${screenHash}`, beside).href;
const namespace = (/** @type {any} */ (window).campus_twin ??= {});

/** The camera and a dragged slider tell where they came to rest, not every step. */
const SETTLES_MS = 250;
/** Commands that Python may send: engine methods by name. */
const COMMANDS = new Set([
  'clearColours', 'clearHidden', 'digWindow', 'explode', 'flyTo', 'home', 'isolateStorey', 'measure', 'north', 'plan', 'section', 'setLabelsVisible',
  'setOrthophoto', 'setTerrainOpacity', 'updateMarkers', 'zoom',
]);

/** @type {Promise<typeof import('./index.js')> | null} */
let engineModule = null;
const loadEngine = () => (engineModule ??= import(/* the chunk beside this file */ engineUrl));

/** The feature at an address; null if there is none, or the server did not say. @param {string} url @returns {Promise<any>} */
async function featureAt(url) {
  try {
    const answer = await fetch(url);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // cut off on the way: the page is going, or the bar says that the server is away
  }
}

/** Props that go both ways, and the command. */
const WISHES = /** @type {const} */ (['view', 'layers', 'selection', 'colouring', 'command']);

/** One mounted viewer: remembers what it told Dash, so that an echo is not taken for a wish. */
class Mount {
  /**
   * @param {typeof import('./index.js')} module
   * @param {HTMLElement} host
   * @param {Props} props
   */
  constructor(module, host, props) {
    /** @type {Props} */
    this.props = props;
    /** @type {Partial<Record<keyof Props, unknown>>} */
    this.told = {};
    /** @type {Map<string, ReturnType<typeof setTimeout>>} */
    this.timers = new Map();
    this.begun = false;
    /** @type {import('./engine/types').Colouring | null} */
    this.colouring = null;
    this.apiUrl = apiOf(props);
    this.mounted = module.mountViewer(host, {
      sceneUrl: props.scene_url,
      apiUrl: this.apiUrl,
      language: props.language,
      theme: props.theme,
      chrome: props.chrome ?? true,
      onRenewed: () => this.apply({ selection: this.props.selection, colouring: this.props.colouring }),
      onColouring: (colouring) => {
        this.colouring = colouring;
        this.tell({ colouring });
      },
    });
    this.engine = this.mounted.engine;
    this.engine.on('select', (detail) => this.tellSelection(detail?.idx ?? null));
    this.engine.on('view', (view) => this.later({ view }));
    this.engine.on('layers', (layers) => this.later({ layers }));
    // a scene that cannot be read is explained by the panels
    this.mounted.ready.then(() => this.begin(), () => {});
    this.mounted.ready.then(() => shown(this), () => {});
  }

  /** What the page asks for, but where the address says otherwise. */
  begin() {
    this.begun = true;
    const linked = /** @type {Partial<Record<keyof Props, boolean>>} */ (this.mounted.ui?.linked ?? {});
    const wanted = WISHES.filter((name) => !linked[name]).map((name) => [name, this.props[name]]);
    this.apply(Object.fromEntries(wanted));
    this.tell({ layers: this.engine.layerState(), ready: true, ...(linked.colouring ? { colouring: this.colouring } : {}) });
  }

  /** @param {Partial<Props>} changed @returns {void} */
  later(changed) {
    const name = Object.keys(changed).join();
    clearTimeout(this.timers.get(name));
    this.timers.set(name, setTimeout(() => this.tell(changed), SETTLES_MS));
  }

  /** What Dash holds already is not told again. @param {Partial<Props>} changed */
  tell(changed) {
    if (!this.begun) return;
    const news = Object.entries(changed).filter(([name, value]) => !same(value, this.props[/** @type {keyof Props} */ (name)]));
    if (!news.length) return;
    const told = Object.fromEntries(news);
    Object.assign(this.told, told);
    this.props.setProps?.(told);
    forgetHistory();
  }

  /** @param {number | null} idx */
  async tellSelection(idx) {
    if (idx === null) return this.tell({ selection: null });
    const found = await featureAt(`${this.apiUrl}/features/by-idx/${idx}`);
    if (found && this.engine.selected === idx) this.tell({ selection: found.feature_id });
    return undefined;
  }

  /** @param {Props} next */
  update(next) {
    const before = this.props;
    this.props = next;
    if (next.theme && next.theme !== before.theme) this.both('setTheme', next.theme);
    if (next.language && next.language !== before.language) this.both('setLanguage', next.language);
    if (next.scene_url !== before.scene_url) this.mounted.renew(next.scene_url);
    if (!this.begun) return; // begin() will apply what is wanted then
    const wishes = WISHES.filter((name) => next[name] !== before[name] && !same(next[name], this.told[name]));
    const wanted = Object.fromEntries(wishes.map((name) => [name, next[name]]));
    Object.assign(this.told, wanted, { command: undefined }); // the same command again is another call
    this.apply(wanted);
  }

  /**
   * @param {'setTheme' | 'setLanguage'} method
   * @param {any} value
   */
  both(method, value) {
    this.engine[method](/** @type {never} */ (value));
    this.mounted.ui?.[method](/** @type {never} */ (value));
  }

  /** @param {Partial<Props>} wanted */
  apply({ view, layers, selection, colouring, command }) {
    const { engine } = this;
    if (view) engine.setView(view, { animate: true });
    for (const [id, state] of Object.entries(layers ?? {})) {
      if (state.visible !== undefined) engine.setLayerVisible(id, state.visible);
      if (state.opacity !== undefined) engine.setLayerOpacity(id, state.opacity);
    }
    if (selection !== undefined) this.select(selection);
    if (colouring !== undefined) void this.mounted.setColouring(colouring).catch(() => {}); // the panels say what failed
    if (command && COMMANDS.has(command.name)) /** @type {any} */ (engine)[command.name](...(command.args ?? []));
  }

  /** @param {string | null} featureId */
  async select(featureId) {
    if (featureId === null) return this.engine.select(null);
    const found = await featureAt(`${this.apiUrl}/features/${featureId}`);
    if (!found) return undefined;
    this.engine.select(found.idx);
    if (found.bbox) this.engine.flyTo({ bbox: found.bbox });
    return undefined;
  }

  dispose() {
    this.begun = false;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.mounted.dispose();
  }
}

/** Whether two props say the same: JSON, so key order aside. @param {unknown} one @param {unknown} other */
function same(one, other) {
  return one === other || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** @param {Props} props */
const apiOf = ({ api_url, scene_url }) => api_url ?? scene_url.replace(/\/[^/]*$/, '');

/** @param {Props} props */
function CampusViewer(props) {
  const host = React.useRef(null);
  const mount = React.useRef(null);
  const latest = React.useRef(props);
  latest.current = props;
  React.useEffect(() => {
    let gone = false;
    loadEngine().then((module) => {
      if (!gone) mount.current = new Mount(module, host.current, latest.current);
    });
    return () => {
      gone = true;
      mount.current?.dispose();
      mount.current = null;
    };
  }, [apiOf(props), props.chrome]); // another scene of the same campus takes the place of the one that is shown
  React.useEffect(() => mount.current?.update(props));
  return React.createElement('div', { id: props.id, ref: host, className: props.className, style: { position: 'relative', width: '100%', height: '100%', ...props.style } });
}

/**
 * @typedef {import('./screen/index.js').Shown} Shown
 * @param {{id: string, state?: Partial<Shown>, setProps?: (changed: {state: Shown}) => void}} props described in ioc_app/screen_frame.py
 */
function ScreenFrame(props) {
  const latest = React.useRef(props);
  latest.current = props;
  /** @type {{current: import('./screen/screens.js').Screens | null}} */
  const screens = React.useRef(null);
  const tell = (/** @type {Shown} */ state) => {
    latest.current.setProps?.({ state });
    forgetHistory();
  };
  React.useEffect(() => {
    const stops = [() => screens.current?.dispose()];
    void namespace.mounted.then((/** @type {Mount} */ { mounted: { ui } }) => {
      if (ui) stops.push(whenScreen(ui, async () => (screens.current = (await import(/* the chunk beside this file */ screenUrl)).mountScreens(ui, tell))));
    });
    return () => stops.forEach((stop) => stop());
  }, []);
  React.useEffect(() => screens.current?.wish(props.state ?? {}));
  return React.createElement('div', { id: props.id, hidden: true });
}

/** Fetch once, with the first screen; what fails is said, and the desk is there. @param {any} ui @param {() => Promise<unknown>} fetchOnce @returns {() => void} */
function whenScreen({ store, context }, fetchOnce) {
  let fetching = false;
  return store.watch(['mode'], ({ mode = '' }) => {
    if (mode !== 'screen' || fetching) return;
    fetching = true;
    fetchOnce().catch((fault) => {
      console.error(fault);
      fetching = false;
      store.set({ mode: 'desk', toast: { text: context.tr.text('fault.screens'), kind: 'error', at: Date.now() } });
    });
  });
}

/** The first viewer of the page, once its scene is there. @type {(mount: Mount) => void} */
let shown = () => {};
namespace.mounted = new Promise((resolve) => (shown = resolve));
Object.assign(namespace, { CampusViewer, ScreenFrame });
