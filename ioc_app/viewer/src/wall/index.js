/**
 * The page of a wall, a chunk of its own: fetched for a kiosk (`src/ui/wall.js`), and for a desk that sends something to a wall
 * (`send.js`). Once a second the director is asked what stands on the wall; the stage does it, the overlay says why.
 */
import { campusClock } from '../live/clock.js';
import { watchOver } from '../watchdog/index.js';
import { Director, isBreak } from './director.js';
import en from './i18n/en.json';
import zh from './i18n/zh.json';
import { beKiosk } from './kiosk.js';
import { calling } from './news.js';
import { Overlay } from './overlay.js';
import { sendPanel } from './send.js';
import { Stage } from './stage.js';
import { turnTables } from './tables.js';
import { stopsByTrouble } from './tour.js';

/** @typedef {import('./director.js').OnWall} OnWall */
/** @typedef {import('./stage.js').Viewer & {scene?: import('../engine/types').Scene | null, writeAddress: () => void}} Viewer */
/** As the stream says it. @typedef {{wall: string, viewer: string, settings: import('./director.js').Settings, sent: import('./sent.js').Sent | null}} Told */

const TICK_MS = 500;
/** For the first greeting of the stream: a wall that is not told how it is set up has waited long enough. */
const REPORTED_MS = 60_000;

/** @param {import('../ui/context.js').Context} context */
export function sendTool(context) {
  learn(context);
  return sendPanel(context);
}

/** @param {import('../ui/context.js').Context | null} context */
function learn(context) {
  /** @type {typeof import('../ui/i18n.js').Translator} */ (context?.tr.constructor)?.learn({ zh, en });
}

/** @param {Viewer} viewer @returns {() => void} stop */
export function startWall(viewer) {
  const wall = new Wall(viewer);
  return () => wall.dispose();
}

class Wall {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    learn(viewer.context);
    this.viewer = viewer;
    this.stage = new Stage(viewer);
    this.overlay = new Overlay(viewer.root);
    this.clock = campusClock(viewer.store);
    /** @type {Director | null} */
    this.director = null;
    /** @type {Told | null} */
    this.told = null;
    /** What stands there. @type {OnWall | null} */
    this.on = null;
    /** What stood there before something broke in. @type {import('./stage.js').Kept | null} */
    this.before = null;
    /** @type {Pick<import('../ui/store.js').State, 'alarms' | 'incidents' | 'flood'>} */
    this.known = { alarms: new Map(), incidents: new Map(), flood: null };
    this.stop = '';
    this.said = '';
    this.saidAt = -Infinity;
    /** By screen; null while it is asked. @type {Map<string, import('./tour.js').Stop[] | null>} */
    this.stops = new Map();
    this.watchdog = watchOver(viewer, { isQuiet: () => this.on?.kind === 'screen', settings: () => this.told?.settings ?? null, report: (fault, detail) => this.report(fault, detail) });
    this.ends = [
      beKiosk(() => this.director?.touched(performance.now())),
      viewer.store.watch(['wallTold'], ({ wallTold }) => wallTold && this.take(/** @type {Told} */ (wallTold))),
      this.watchdog.stop,
      turnTables(viewer.root.ownerDocument.body),
    ];
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
  }

  /** @param {Told} told */
  take(told) {
    const { store } = this.viewer;
    const { settings, sent } = told;
    const now = performance.now();
    if (this.told && this.told.viewer !== told.viewer) this.watchdog.want('viewer', told.viewer);
    const isNew = JSON.stringify(this.told?.settings) !== JSON.stringify(settings);
    this.told = told;
    if (isNew) {
      const { size, grid, fit, second, style, language } = settings;
      store.set({ wall: { ...(size ? { size } : {}), grid, fit, second }, ...(style ? { theme: style } : {}), ...(language ? { language } : {}) });
    }
    this.director ??= new Director(settings, now, store.state.screen);
    this.director.configure(settings, now, store.state.screen);
    this.director.sent.take(sent, now);
    this.tick();
  }

  tick() {
    const { director, viewer } = this;
    const { tr } = viewer.context ?? {};
    if (!director || !tr || !viewer.scene) return;
    const { screen } = viewer.store.state;
    const now = performance.now();
    const { alarms, incidents, flood } = this.present();
    const items = calling(alarms.values(), incidents.values(), director.settings.interrupt.min_level);
    const on = director.tick(now, {
      calling: items, campusNow: this.clock.now(), tooMany: Boolean(flood?.flooding) && items.length > 0, screen, stopsOf: (id) => this.stopsOf(id),
    });
    this.put(on);
    this.overlay.say(tr, on, { calling: items, now, drift_s: this.watchdog.drift.isShown ? this.watchdog.drift.seconds : null });
    void this.watchdog.tick(now);
    this.sayToDesks(now);
  }

  /** What holds now, also while a moment of the past is shown; what is only known of that moment stays as it was before. */
  present() {
    const { at, presentAlarms: alarms, incidents, flood } = this.viewer.store.state;
    if (at === null) this.known = { alarms, incidents, flood };
    return { ...this.known, alarms };
  }

  /** @param {OnWall} on */
  put(on) {
    const was = this.on;
    this.on = on;
    if (on.key !== was?.key) {
      if (isBreak(on) && !isBreak(was)) this.before = this.stage.keep();
      this.change(on, was);
    }
    const stop = on.kind === 'screen' && on.stop ? `${on.screen} ${on.stop.feature_id}` : '';
    if (on.kind === 'screen' && on.stop && stop !== this.stop && on.key === was?.key) this.stage.goTo(on.stop);
    this.stop = stop;
  }

  /** @param {OnWall} on @param {OnWall | null} was */
  change(on, was) {
    const { stage, before } = this;
    if (on.kind === 'alarm') return stage.showItem(on.item);
    if (on.kind === 'flood') return stage.showFlood();
    if (on.kind === 'sent') return stage.showSent(on.sent);
    const back = isBreak(was) && before;
    if (back) stage.bringBack(back);
    if (on.kind !== 'screen') return undefined;
    const { store } = this.viewer;
    if (on.screen && (on.screen !== store.state.screen || was?.kind === 'touched')) stage.showScreen(on.screen);
    else if (was?.kind === 'touched') store.set({ at: null }); // nobody shall take a forgotten moment for now
    return undefined;
  }

  /** @param {string} screen @returns {readonly import('./tour.js').Stop[]} */
  stopsOf(screen) {
    const { viewer, director } = this;
    const { alarms, incidents } = this.known;
    if (screen && !this.stops.has(screen)) {
      this.stops.set(screen, null);
      viewer.api.get(`/screens/${screen}`).then(({ tour = [] }) => this.stops.set(screen, tour), () => {});
    }
    const own = this.stops.get(screen);
    if (own?.length) return own.map(({ feature_id = null, stay_s }) => ({ feature_id, stay_s }));
    return stopsByTrouble(viewer.scene?.buildings ?? [], [...alarms.values(), ...incidents.values()], director?.settings.tour_stay_s ?? 0);
  }

  /** What it shows, whenever that changes, and now and then. @param {number} now ms */
  sayToDesks(now) {
    const { screen } = this.viewer.store.state;
    const said = `${this.on?.kind} ${screen}`;
    if (said === this.said && now - this.saidAt < REPORTED_MS) return;
    this.said = said;
    this.saidAt = now;
    this.report(null, '');
  }

  /** @param {string | null} fault @param {string} detail */
  report(fault, detail) {
    const { on, told, viewer } = this;
    const { screen } = viewer.store.state;
    const showing = on?.kind === 'screen' && on.stop ? 'tour' : (on?.kind ?? 'screen');
    const said = { showing, screen, fault, detail: detail.slice(0, 500) };
    if (told) void viewer.api.post(`/walls/${encodeURIComponent(told.wall)}/reports`, said).catch(() => {}); // it is only about the wall itself
  }

  dispose() {
    clearInterval(this.timer);
    for (const end of this.ends) end();
    this.clock.stop();
    this.overlay.remove();
  }
}
