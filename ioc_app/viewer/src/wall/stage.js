/** What the director decides, done in the viewer: screen, camera, selection, card; and what was there, kept and brought back. */

/** @typedef {import('../engine/types').View} View */
/** @typedef {import('../ui/store.js').State} State */
/** The panels of the viewer, as far as they are used here. @typedef {{engine: import('../engine/types').Engine, api: import('../ui/api.js').Api, store: import('../ui/store.js').Store, context: import('../ui/context.js').Context | null, root: HTMLElement}} Viewer */
/** @typedef {Pick<State, 'mode' | 'screen' | 'at' | 'place' | 'deskOpen' | 'isolation' | 'groundOpacity'> & {view: View, selection: string | null}} Kept */

/** How near a flight to a bare place ends, m. */
const NEAR_M = 40;

export class Stage {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.asked = 0;
  }

  get actions() {
    return this.viewer.context?.actions ?? null;
  }

  /** @returns {Kept} */
  keep() {
    const { engine, store } = this.viewer;
    const { mode, screen, at, place, deskOpen, isolation, groundOpacity, cardState, feature } = store.state;
    return { mode, screen, at, place, deskOpen, isolation, groundOpacity, view: engine.getView(), selection: cardState === 'shown' ? (feature?.feature_id ?? null) : null };
  }

  /** @param {Kept} kept */
  bringBack({ view, selection, isolation, groundOpacity, ...state }) {
    const { engine, store } = this.viewer;
    this.clear();
    store.set({ mode: state.mode, screen: state.screen, at: state.at, place: state.place, deskOpen: state.deskOpen });
    if (isolation) this.actions?.isolate(isolation.buildingId, isolation.storeyIds);
    if (groundOpacity !== store.state.groundOpacity) this.actions?.groundOpacity(groundOpacity);
    engine.setView(view, { animate: true });
    if (selection) this.choose(() => this.viewer.api.feature(selection), false);
  }

  /** Nothing chosen, open or put aside. */
  clear() {
    const { engine, store } = this.viewer;
    this.asked += 1;
    const { isolation, groundOpacity } = store.state;
    if (isolation) this.actions?.isolate(isolation.buildingId, []);
    if (groundOpacity < 1) this.actions?.groundOpacity(1);
    engine.select(null);
    store.set({ deskOpen: null, planStorey: null, tool: null });
  }

  /** A turn of the carousel: as of now, the whole campus. @param {string} screen */
  showScreen(screen) {
    const { engine, store } = this.viewer;
    this.clear();
    store.set({ mode: 'screen', screen, at: null, place: null });
    engine.home();
  }

  /** @param {import('./tour.js').Stop} stop */
  goTo({ feature_id }) {
    const { engine, api } = this.viewer;
    this.asked += 1;
    const mine = this.asked;
    if (feature_id === null) return engine.home();
    void api.feature(feature_id).then((one) => mine === this.asked && this.actions?.flyTo(one), () => {});
    return undefined;
  }

  /** Where something happened, now, with its card. @param {import('./news.js').Item} item */
  showItem({ idx, scene, feature_id, open }) {
    const { engine, store, api } = this.viewer;
    this.clear();
    store.set({ at: null, deskOpen: open });
    if (idx !== null) this.choose(() => api.featureByIdx(idx), true);
    else if (feature_id) this.choose(() => api.feature(feature_id), true);
    else if (scene) engine.flyTo({ position: scene, distance_m: NEAR_M });
    else engine.home();
  }

  showFlood() {
    this.clear();
    this.viewer.store.set({ at: null });
    this.viewer.engine.home();
  }

  /** @param {import('./sent.js').Sent} sent */
  showSent({ screen, view, selection, place, at }) {
    const { engine, store, api } = this.viewer;
    this.clear();
    if (screen) store.set({ mode: 'screen', screen });
    store.set({ at: at === null ? null : Date.parse(at), place });
    if (selection) this.choose(() => api.feature(selection), view === null);
    if (view) engine.setView(view, { animate: true });
    else if (!selection) engine.home();
  }

  /** The newest wish wins: an answer that comes late moves nothing any more. @param {() => Promise<import('../ui/api.js').Feature>} ask @param {boolean} fly */
  choose(ask, fly) {
    this.asked += 1;
    const mine = this.asked;
    void ask().then((one) => {
      if (mine !== this.asked) return;
      if (!fly) this.actions?.uncover(one);
      this.actions?.choose(one, { fly });
    }, () => {});
  }
}
