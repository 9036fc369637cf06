/** The screens while they are shown: which, as of when, about what place; asks for their numbers and tells Dash what is shown. */
import { campusClock } from '../live/clock.js';
import { Asking } from './asking.js';
import { CampusPart } from './campus.js';
import { oldest } from './format.js';
import { head } from './head.js';
import { KpiCard, words } from './kpi_card.js';
import { Kpis } from './kpis.js';
import { host, Layout, put } from './layout.js';
import { Legend } from './legend.js';
import { followPlace } from './places.js';
import { Sheets } from './sheets.js';
import { tabs } from './tabs.js';
import { ticker } from './ticker.js';

/** @typedef {import('../engine/types').Title} Title */
/** @typedef {import('../ui/store.js').Store} Store */
/** @typedef {import('../ui/store.js').State} State */
/** The panels of the viewer, as far as they are used here. @typedef {{engine: import('../engine/types').Engine, api: import('../ui/api.js').Api, store: Store, context: import('../ui/context.js').Context | null, scene: import('../engine/types').Scene | null, unsaid: boolean, linked: {screen: boolean}, snapshots: (context: import('../ui/context.js').Context) => import('../ui/context.js').Panel}} Viewer */
/** @typedef {{id: string, title: Title, question: Title, accent: string, icon: string, order: number, event_types: string[], alarm_types: string[]}} ScreenTitle */
/** @typedef {{version: string, screens: ScreenTitle[], mistakes: unknown[]}} Book */
/** @typedef {{layers: Record<string, number>, devices: string[] | null, ground: number, labels: boolean, trails: boolean, colour: import('./colours.js').MapColour | null}} MapView */
/** @typedef {{id: string, map: MapView, kpis: unknown[], panels: {id: string, side: 'left' | 'right', height: number}[]}} Screen */
/** What a click on a row of a panel chose, and which click it was. @typedef {{alarm_id?: string, incident_id?: string, n?: number}} Chosen */
/** What Dash knows. @typedef {{mode: State['mode'], screen: string | null, at: string | null, known: number | null, place: string | null, second: string | null, style: State['theme'], language: State['language'], unit_px: number, tick: number}} Shown */

const EVERY_MS = 10_000;
/** Twice a second at most, however much happens. */
const LEAST_MS = 500;
/** Panels are more work: they are asked anew less often. */
const PANELS_MS = 2000;
/** How soon a screen that was added or changed is seen. */
const BOOK_MS = 5000;
/** The screen of those who asked for none. */
const FIRST = 'overview';
/** What a server without screens answers. */
const NOT_THERE = ['unknown_path'];

export class Screens {
  /** @param {Viewer} viewer @param {(state: Shown) => void} tell */
  constructor(viewer, tell) {
    this.viewer = viewer;
    this.store = viewer.store;
    this.tell = tell;
    this.page = host('page');
    this.clock = campusClock(this.store);
    this.layout = new Layout(viewer.engine, this.store, (made) => this.placed(made));
    this.legend = new Legend(host('screen-stage'));
    this.campus = new CampusPart(viewer, (legend) => this.explain(legend));
    this.kpis = new Kpis((id) => void this.card.open(id, this.tr));
    this.card = new KpiCard(this.page, viewer, (path) => this.ask(path));
    this.sheets = new Sheets(this.page);
    this.asking = new Asking(() => this.askAll(), { every_ms: EVERY_MS, least_ms: LEAST_MS });
    /** @type {Book | null} */
    this.book = null;
    /** By version and id. @type {Map<string, Promise<Screen>>} */
    this.files = new Map();
    /** The file of the screen that is shown. @type {Screen | null} */
    this.screen = null;
    /** Version and id of it. */
    this.shown = '';
    /** The newest numbers, and of which question. @type {import('./format.js').Kpi[]} */
    this.numbers = [];
    /** @type {import('./colours.js').MapLegend | null} */
    this.colours = null;
    this.tick = 0;
    this.entered = false;
    this.tickedAt = -Infinity;
    this.bookedAt = -Infinity;
    /** @type {ReturnType<typeof head> | undefined} */
    this.head = undefined;
    /** @type {ReturnType<typeof ticker> | undefined} */
    this.news = undefined;
    this.toldNow = '';
    /** The click on a panel that opened a card last. */
    this.chosen = '';
    this.said = '';
    /** What belongs to one language, and ends with it. @type {(() => void)[]} */
    this.parts = [];
    /** What belongs to the screens being shown. @type {(() => void)[]} */
    this.stops = [];
    this.unwatch = [
      this.store.watch(['mode'], ({ mode }) => (mode === 'screen' ? this.enter() : this.leave())),
      this.store.watch(['mode', 'screen', 'at', 'place', 'theme', 'language', 'wall'], () => this.tellSoon()),
    ];
  }

  get tr() {
    return /** @type {import('../ui/context.js').Context} */ (this.viewer.context).tr;
  }

  enter() {
    const { store, viewer, page } = this;
    if (this.stops.length) return;
    page.dataset.mode = 'screen';
    this.campus.enter(viewer.linked.screen && !this.entered);
    this.entered = true;
    this.layout.start();
    this.stops.push(
      store.watch(['language'], () => this.speak()),
      store.watch(['screen'], () => void this.choose().catch((fault) => this.failed(fault))),
      store.watch(['at', 'place'], () => this.askAgain()),
      store.watch(['alarms', 'incidents'], () => this.asking.soon()),
      store.watch(['theme'], () => this.campus.colours.paint()),
      store.watch(['wall'], () => void this.showSecond()),
      store.watch(['me', 'at'], ({ me, at }) => this.sheets.allow(at === null && Boolean(me?.rights.includes('handle')))),
      followPlace(viewer, (said) => this.sayPlace(said)),
      viewer.engine.on('scene', () => this.campus.renewed()),
    );
    const onSeen = () => document.hidden || this.asking.soon();
    document.addEventListener('visibilitychange', onSeen);
    const onKey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    window.addEventListener('keydown', onKey);
    this.stops.push(() => document.removeEventListener('visibilitychange', onSeen), () => window.removeEventListener('keydown', onKey));
    this.asking.start();
  }

  leave() {
    if (!this.stops.length) return;
    this.asking.stop();
    for (const stop of [...this.stops.splice(0), ...this.parts.splice(0)]) stop();
    for (const name of ['screen-head', 'screen-tabs', 'screen-ticker']) host(name).replaceChildren();
    this.layout.stop();
    this.campus.leave();
    this.shown = '';
    this.screen = null;
    this.head = this.news = undefined;
    delete this.page.dataset.mode;
    this.page.style.removeProperty('--screen-accent');
  }

  /** Everything with words in it, made anew in the language that is spoken now. */
  speak() {
    const { store, viewer } = this;
    for (const stop of this.parts.splice(0)) stop();
    const { tr } = this;
    const now = this.clock.now;
    this.head = head(host('screen-head'), { viewer, tr, kpis: this.kpis.element, now });
    this.news = ticker(host('screen-ticker'), { tr, store, types: () => this.title?.event_types ?? [], now, show: (event) => this.showEvent(event) });
    this.parts.push(() => this.head?.dispose(), () => this.news?.dispose());
    this.drawTabs();
    this.sheets.speak(tr, () => this.report());
    for (const [name, side] of [['screen-left', 'left'], ['screen-right', 'right']]) host(name).setAttribute('aria-label', tr.text(`screen.sheet.${side}`));
    host('screen-time').setAttribute('aria-label', tr.text('screen.time'));
    this.sayScreen();
    this.sayPlace(this.said);
    this.explain(this.colours);
    this.layout.place();
  }

  /** The tools of the desk are not there, but for the page of the keys. @param {KeyboardEvent} event */
  key(event) {
    const { store } = this;
    const isTyping = event.target instanceof Element && event.target.closest('input, select, textarea, [data-own-keys]') !== null;
    if (event.key !== '?' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping || store.state.me?.kind === 'kiosk') return;
    event.preventDefault();
    store.set({ tool: store.state.tool === 'help' ? null : 'help' });
  }

  /** The desk's form, over the screen; where is what is selected. */
  report() {
    this.store.set({ deskForm: 'report' });
  }

  drawTabs() {
    const { store, tr, book } = this;
    if (!book) return host('screen-tabs').replaceChildren();
    this.parts.push(tabs(host('screen-tabs'), { tr, store, screens: book.screens, choose: (id) => store.set({ screen: id }) }));
  }

  /** In the book. @returns {ScreenTitle | null} */
  get title() {
    return this.book?.screens.find(({ id }) => id === this.store.state.screen) ?? null;
  }

  sayScreen() {
    const { title, tr, page } = this;
    this.head?.sayScreen(title);
    this.kpis.expect(Math.min(this.layout.composition?.kpis ?? 6, this.screen?.kpis.length ?? 6), tr);
    this.kpis.say(this.numbers, tr);
    this.sayAge();
    page.style.setProperty('--screen-accent', `var(--accent-${title?.accent ?? 'azure'})`);
  }

  /** @param {string} said */
  sayPlace(said) {
    this.said = said;
    this.head?.sayPlace(said);
  }

  sayAge() {
    this.head?.sayDataTime(oldest([...this.numbers.slice(0, this.kpis.tiles.length).map((one) => one.true_at), this.colours?.at]));
  }

  /** @param {import('./colours.js').MapLegend | null} legend */
  explain(legend) {
    this.colours = legend;
    this.legend.show(legend, this.tr);
    this.sayAge();
  }

  /** @param {import('./compose.js').Composition} made */
  placed(made) {
    for (const name of /** @type {const} */ (['name', 'kpis', 'end'])) {
      const element = /** @type {HTMLElement | null} */ (host('screen-head').querySelector(`.head-${name}`));
      if (element) put(element, made.regions[name]);
    }
    this.sheets.place(made);
    this.legend.place(made.kind === 'phone');
    host('screen-tabs').style.setProperty('--tab-columns', String(made.tabCells * Math.ceil((this.book?.screens.length ?? 1) / made.tabCells)));
    if (this.kpis.tiles.length > made.kpis || (this.screen && this.kpis.tiles.length < Math.min(made.kpis, this.screen.kpis.length))) this.sayScreen();
    this.tellSoon();
  }

  // --- what is asked -------------------------------------------------------------------------------------------

  /** As of the moment and about the place that are shown. @param {string} path @returns {Promise<any>} */
  ask(path) {
    const { at, known, place } = this.store.state;
    const [bare, given = ''] = path.split('?');
    const params = new URLSearchParams(given);
    if (at !== null) params.set('at', new Date(at).toISOString());
    if (at !== null && known != null) params.set('known_seq', String(known));
    if (place !== null) params.set('place', place);
    return this.viewer.api.get(String(params) ? `${bare}?${params}` : bare);
  }

  async askAll() {
    try {
      const now = performance.now();
      if (now - this.bookedAt > BOOK_MS) {
        this.take(await this.viewer.api.get('/screens'));
        this.bookedAt = now;
      }
      await this.choose();
      if (now - this.tickedAt > PANELS_MS) {
        this.tick += 1;
        this.tickedAt = now;
        this.tellSoon();
      }
      await this.askNumbers();
      this.news?.update();
    } catch (fault) {
      this.failed(fault);
    }
  }

  /** Numbers of another moment or place are not shown as if they were of this one. */
  askAgain() {
    this.numbers = [];
    this.kpis.expect(this.kpis.tiles.length, this.tr);
    this.asking.soon();
    if (this.campus.colours.colour) this.campus.colours.asking.soon();
  }

  async askNumbers() {
    const { screen, at, place } = this.store.state;
    if (!this.screen) return;
    const { kpis } = await this.ask(`/screens/${screen}/kpis`);
    const now = this.store.state;
    if (now.screen !== screen || now.at !== at || now.place !== place || now.mode !== 'screen') return;
    this.numbers = kpis;
    this.kpis.say(kpis, this.tr);
    this.sayAge();
  }

  /** @param {Book} book */
  take(book) {
    const isNew = this.book?.version !== book.version;
    this.book = { ...book, screens: [...book.screens].sort((one, other) => one.order - other.order) };
    if (!isNew || this.store.state.mode !== 'screen') return;
    this.files.clear();
    this.speak();
    void this.showSecond();
  }

  /** @param {any} fault */
  failed(fault) {
    if (!fault?.text) console.error(fault);
    const { store, viewer, tr } = this;
    if (store.state.mode !== 'screen') return;
    if (this.book) { // numbers that were there stay, with their time; where there are none it is said why
      if (!this.numbers.length) this.kpis.fail(words(fault, tr));
      return;
    }
    if (viewer.unsaid && (fault === EMPTY || NOT_THERE.includes(fault?.code))) store.set({ mode: 'desk' }); // nobody asked for them
    else host('screen-tabs').textContent = fault === EMPTY ? tr.text('screen.none') : words(fault, tr);
  }

  /** The file of the screen that is asked for, and the map as it says. */
  async choose() {
    const { store, book } = this;
    if (!book || store.state.mode !== 'screen') return;
    if (!book.screens.length) throw EMPTY;
    if (!this.title) {
      const { screen } = store.state;
      if (screen) this.viewer.context?.actions.say(this.tr.text('screen.gone', { id: screen }), 'error');
      store.set({ screen: (book.screens.find(({ id }) => id === FIRST) ?? book.screens[0]).id });
      return;
    }
    const { id } = this.title;
    const key = `${book.version} ${id}`;
    if (key === this.shown) return;
    this.shown = key;
    const isOther = this.screen?.id !== id;
    if (isOther) {
      this.screen = null;
      this.numbers = [];
      this.sayScreen();
    }
    try {
      const file = await this.file(key, id);
      if (this.shown !== key) return;
      this.screen = file;
      this.show(file);
    } catch (fault) {
      this.files.delete(key);
      if (this.shown === key) this.shown = ''; // asked again with the next numbers
      throw fault;
    }
  }

  /** @param {string} key @param {string} id @returns {Promise<Screen>} */
  file(key, id) {
    if (!this.files.has(key)) this.files.set(key, this.viewer.api.get(`/screens/${id}`));
    return /** @type {Promise<Screen>} */ (this.files.get(key));
  }

  /** @param {Screen} file */
  show(file) {
    this.layout.setShares(file.id, { left: sharesOf(file, 'left'), right: sharesOf(file, 'right') });
    this.sayScreen();
    this.news?.update();
    this.campus.show(file.map, file.id);
    this.asking.soon();
  }

  /** What a wide wall shows at its outer sides. */
  async showSecond() {
    const id = this.store.state.wall?.second;
    const known = id && this.book?.screens.some((one) => one.id === id);
    try {
      const file = known ? await this.file(`${this.book?.version} ${id}`, id) : null;
      if (id === this.store.state.wall?.second) this.layout.setShares(id ?? '', { leftOuter: file ? sharesOf(file, 'left') : [], rightOuter: file ? sharesOf(file, 'right') : [] });
    } catch (fault) {
      this.failed(fault);
    }
  }

  /** @param {import('../live/stream.js').StreamEvent} event */
  showEvent(event) {
    const { engine, api, context } = this.viewer;
    if (event.scene) engine.flyTo({ position: event.scene });
    else if (Number.isInteger(event.idx)) void api.featureByIdx(Number(event.idx)).then((one) => context?.actions.choose(one), () => {});
    this.store.set({ deskOpen: `event:${event.event_id}` });
  }

  // --- Dash ----------------------------------------------------------------------------------------------------

  /** @returns {Shown} */
  get state() {
    const { mode, screen, at, known, place, theme, language, wall } = this.store.state;
    const unit = this.layout.composition?.unit ?? 1;
    return { mode, screen, at: at === null ? null : new Date(at).toISOString(), known: known ?? null, place, second: wall?.second ?? null, style: theme, language, unit_px: Math.round(unit * 1000) / 1000, tick: this.tick };
  }

  /** Once for all that changes together, and only what is news. */
  tellSoon() {
    queueMicrotask(() => {
      const { state } = this;
      const now = JSON.stringify(state);
      if (now === this.toldNow || (state.mode === 'screen' && !state.screen)) return;
      this.toldNow = now;
      this.tell(state);
    });
  }

  /** What a callback sets; what it leaves out stays. @param {Partial<Shown> & {chosen?: Chosen}} wanted */
  wish(wanted) {
    const { state } = this;
    this.openCard(wanted.chosen);
    const news = Object.entries(wanted).filter(([name, value]) => name in state && value !== state[/** @type {keyof Shown} */ (name)]);
    if (!news.length || JSON.stringify(wanted) === this.toldNow) return;
    const { at, style, mode, screen, place, language } = Object.fromEntries(news);
    /** @type {Record<string, any>} */
    const patch = { mode, screen, place, language, theme: style, at: at === undefined ? undefined : at && Date.parse(String(at)) };
    this.toldNow = ''; // Dash holds what it set: tell it all
    this.store.set(Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)));
    this.tellSoon();
  }

  /** Of an alarm or an incident, when a row of a panel that has one is chosen. @param {Chosen} [chosen] */
  openCard(chosen) {
    const now = chosen ? JSON.stringify(chosen) : ''; // what is told to Dash has none: the next click is news again
    const isNews = now !== this.chosen;
    this.chosen = now;
    if (!chosen || !isNews) return;
    const { alarm_id, incident_id } = chosen;
    this.store.set({ deskOpen: incident_id ? `incident:${incident_id}` : `alarm:${alarm_id}` });
  }

  dispose() {
    this.leave();
    for (const stop of this.unwatch) stop();
    for (const one of [this.legend, this.card, this.sheets]) one.remove();
    this.clock.stop();
  }
}

/** The heights of the panels of a side. @param {Screen} file @param {'left' | 'right'} side */
const sharesOf = ({ panels }, side) => panels.filter((one) => one.side === side).map(({ height }) => height);

/** A campus without a single screen. */
const EMPTY = Object.assign(new Error('there is no screen'), { code: 'no_screen' });
