/** Puts the regions of a composition where they belong, whenever the window, the wall or the panels change. */
import { compose } from './compose.js';

/** @typedef {import('./compose.js').Composition} Composition */
/** @typedef {import('./compose.js').RegionName} RegionName */

const SIDES = /** @type {const} */ (['left', 'right', 'leftOuter', 'rightOuter']);
const HOSTS = /** @type {const} */ ({
  left: 'screen-left', right: 'screen-right', leftOuter: 'screen-left-outer', rightOuter: 'screen-right-outer', stage: 'screen-stage',
  tabs: 'screen-tabs', time: 'screen-time', ticker: 'screen-ticker',
});
/** Names on the map are 13 px on a desk (src/engine/labels.js); beside panels they are 14. */
const SIGNS = 14 / 13;

/** @param {string} name */
export const host = (name) => /** @type {HTMLElement} */ (document.getElementById(name));

export class Layout {
  /**
   * @param {import('../engine/types').Engine} engine
   * @param {import('../ui/store.js').Store} store
   * @param {(composition: Composition) => void} changed
   */
  constructor(engine, store, changed) {
    this.engine = engine;
    this.store = store;
    this.changed = changed;
    this.page = host('page');
    /** Of the panels of each side, from the screen's file. @type {Partial<Record<typeof SIDES[number], number[]>>} */
    this.shares = {};
    /** @type {Composition | null} */
    this.composition = null;
    this.onResize = () => this.place();
    this.unwatch = () => {};
  }

  start() {
    window.addEventListener('resize', this.onResize);
    this.unwatch = this.store.watch(['wall'], () => this.place());
  }

  /** @param {string} screen whose panels stand on these sides from now on: each side says it @param {Layout['shares']} shares */
  setShares(screen, shares) {
    for (const side of SIDES) if (shares[side]) host(HOSTS[side]).dataset.screen = screen;
    this.shares = { ...this.shares, ...shares };
    this.place();
  }

  place() {
    const { page, store: { state: { wall } } } = this;
    const { innerWidth, innerHeight } = window;
    const [top, right, bottom, left] = wall ? [0, 0, 0, 0] : safeArea(page);
    const made = compose(innerWidth - left - right, innerHeight - top - bottom, { grid: wall?.grid, fit: wall?.fit, design: wall?.size, second: Boolean(wall?.second), isTouched: window.matchMedia('(pointer: coarse)').matches, shares: this.shares });
    const unitWas = this.composition?.unit;
    this.composition = made;
    page.dataset.kind = made.kind;
    const { width, height, zoom, offset, unit } = made;
    const isPlain = zoom[0] === 1 && zoom[1] === 1;
    Object.assign(page.style, { width: `${width}px`, height: `${height}px`, top: `${top}px`, left: `${left}px`, transform: isPlain ? '' : `translate(${offset[0]}px, ${offset[1]}px) scale(${zoom[0]}, ${zoom[1]})` });
    page.style.setProperty('--u', `${unit}px`);
    page.style.setProperty('--unit', String(unit));
    page.style.setProperty('--cell', `${width / made.columns}px`);
    for (const [name, id] of Object.entries(HOSTS)) put(host(id), made.regions[/** @type {keyof typeof HOSTS} */ (name)]);
    for (const name of SIDES) setTracks(host(HOSTS[name]), made.tracks[name]);
    if (unitWas !== unit) this.engine.setSignScale(unit * SIGNS);
    this.changed(made);
  }

  stop() {
    window.removeEventListener('resize', this.onResize);
    this.unwatch();
    const { page } = this;
    Object.assign(page.style, { width: '', height: '', top: '', left: '', transform: '' });
    for (const name of ['--u', '--unit', '--cell']) page.style.removeProperty(name);
    for (const id of Object.values(HOSTS)) put(host(id), null);
    delete page.dataset.kind;
    this.composition = null;
    this.engine.setSignScale(null);
  }
}

/** What a notch or a bar of the system takes, px: top, right, bottom, left (assets/page.css). @param {HTMLElement} page */
function safeArea(page) {
  const style = getComputedStyle(page);
  return ['top', 'right', 'bottom', 'left'].map((edge) => parseFloat(style.getPropertyValue(`--safe-${edge}`)) || 0);
}

/** @param {HTMLElement} element @param {import('./compose.js').Rect | null | undefined} region */
export function put(element, region) {
  const px = (/** @type {number | undefined} */ value) => (value === undefined ? '' : `${value}px`);
  Object.assign(element.style, { left: px(region?.x), top: px(region?.y), width: px(region?.width), height: px(region?.height) });
  element.toggleAttribute('data-placed', Boolean(region));
}

/** @param {HTMLElement} side @param {import('./compose.js').Tracks} tracks */
function setTracks(side, { columns, rows }) {
  const words = (/** @type {number[]} */ some, unit = 'px') => some.map((one) => `${one.toFixed(2)}${unit}`).join(' ');
  const scrolls = rows.reduce((total, one) => total + one, 0) > parseFloat(side.style.height) + 1;
  side.toggleAttribute('data-scrolls', scrolls);
  side.style.setProperty('--columns', words(columns, scrolls ? 'fr' : 'px')); // its bar takes of their width
  side.style.setProperty('--rows', words(rows));
}
