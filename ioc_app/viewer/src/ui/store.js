/** What the panels show and share. It lives as long as the viewer and never leaves the browser. */

/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {import('../engine/types').Measurement} Measurement */
/** @typedef {import('./api.js').Feature} Feature */

/** @typedef {import('../engine/types').Colouring} Colouring */
/** @typedef {{buildingId: string, storeyIds: string[]}} Isolation */
/** @typedef {{min: Vec3, max: Vec3}} SectionBox */
/** A round hole in the ground, scene metres. @typedef {{x: number, y: number, radius: number}} Dig */
/** @typedef {{feature_id: string, name: string | null, layer_id: string | null}} PipeEnd */
/** @typedef {{start: PipeEnd, end: PipeEnd}} LongAsked */
/** @typedef {{text: string, kind: 'info' | 'error', at: number}} Toast */
/** `size`: of the whole, px; `grid`: of its panels; `second`: the screen at its outer sides. @typedef {{size?: [number, number], grid?: [number, number], fit?: 'contain' | 'width' | 'height' | 'stretch', second?: string | null}} Wall */
/**
 * @typedef {object} State
 * @property {import('../engine/types').Language} language
 * @property {import('../engine/types').Theme} theme
 * @property {'desk' | 'screen'} mode the viewer's own panels over the whole page, or one-map screens around it
 * @property {string | null} screen which; null: the first
 * @property {number | null} at the moment that is shown, ms; null: now
 * @property {number | null} known what the journal knew when it was shown; null: what it knows now
 * @property {string | null} place feature_id of what everything is asked about; null: the whole campus
 * @property {Wall | null} wall what the page knows of the wall it is shown on
 * @property {object | null} wallTold what the stream says to this page as a wall (`src/wall/index.js`)
 * @property {string | null} tool which tool panel is open
 * @property {boolean} layersOpen
 * @property {boolean} planView looking straight down
 * @property {'none' | 'loading' | 'shown' | 'failed'} cardState
 * @property {Feature | null} feature
 * @property {import('./api.js').ApiError | null} cardError
 * @property {Colouring | null} colouring
 * @property {import('./colouring.js').Legend | null} legend
 * @property {boolean} field whether the field between sensors is drawn
 * @property {Isolation | null} isolation
 * @property {{factor: number, buildingId: string}} explode
 * @property {SectionBox | null} section
 * @property {number} groundOpacity
 * @property {Dig | null} dig the window in the ground
 * @property {import('../engine/types').MeasureMode | null} measureMode
 * @property {Measurement | null} measurement
 * @property {LongAsked | null} [longAsked] the ends of a long section that somebody wants, for the tool
 * @property {string | null} planStorey storey whose plan is open
 * @property {number | null} hovered idx under the pointer, in the plan or in 3D
 * @property {number | null} orthophoto
 * @property {Toast | null} toast
 * @property {import('./api.js').Me | null} me who is logged in
 * @property {import('../live/stream.js').Connection | null} connection to what happens
 * @property {import('../live/stream.js').Beat | null} beat the last heartbeat
 * @property {import('../live/stream.js').StreamEvent[]} events the newest first
 * @property {boolean} eventsOpen
 * @property {boolean} timeOpen whether the desk's time bar is open
 * @property {import('../time/shown.js').Then | null} then the moment of the past that is drawn
 * @property {import('../live/alarms.js').Alarms} alarms that stand at the moment that is shown
 * @property {import('../live/alarms.js').Alarms} presentAlarms that stand now
 * @property {import('../live/alarms.js').Flood | null} flood whether more come than anybody can work through
 * @property {import('../live/incidents.js').Incidents} incidents that are open, and those just closed
 * @property {string | null} desk which tab of the duty desk is open
 * @property {string | null} deskOpen whose card is open there: `alarm:…`, `incident:…`
 * @property {'report' | null} deskForm which form stands in the place of the desk's card
 * @property {boolean} feedsOpen
 */

export class Store {
  /** @param {State} initial */
  constructor(initial) {
    this.state = initial;
    /** @type {Set<{keys: (keyof State)[], run: (state: State) => void}>} */
    this.listeners = new Set();
  }

  /**
   * Change some of the state; only listeners of what really changed run, and none that another has stopped meanwhile.
   * Another moment is told with all that is known, unless what was known is said with it.
   * @param {Partial<State>} asked
   */
  set(asked) {
    const patch = 'at' in asked && asked.at !== this.state.at ? { known: null, ...asked } : asked;
    const changed = /** @type {(keyof State)[]} */ (Object.keys(patch)).filter((key) => this.state[key] !== patch[key]);
    if (!changed.length) return;
    this.state = { ...this.state, ...patch };
    for (const one of [...this.listeners]) if (this.listeners.has(one) && one.keys.some((key) => changed.includes(key))) one.run(this.state);
  }

  /**
   * Run now and whenever one of `keys` changes.
   * @param {(keyof State)[]} keys
   * @param {(state: State) => void} run
   * @returns {() => void} stop
   */
  watch(keys, run) {
    const one = { keys, run };
    this.listeners.add(one);
    run(this.state);
    return () => this.listeners.delete(one);
  }
}
