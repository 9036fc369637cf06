/**
 * Where everything stands on a screen, for any window and any wall. Pure: numbers in, numbers out.
 *
 * A wall is spliced from panels (`grid`): nothing but the picture of the campus may lie across a seam, so whatever holds text
 * stands inside one panel or is divided at its edge. `unit` is what a pixel of the 1080-high design is here: text is 14 units or
 * more, so never below 14 CSS px nor 1/90 of the height. `design` is the size that the screen was composed for, where the window
 * is another one; `fit` says how it is brought into the window:
 *   contain  all of it, with margins         stretch  all of it, distorted
 *   width    its width; the height is composed anew   height  its height; the width is composed anew
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Rect
 * @typedef {'contain' | 'width' | 'height' | 'stretch'} Fit
 * @typedef {'name' | 'kpis' | 'end' | 'left' | 'stage' | 'right' | 'tabs' | 'time' | 'ticker'} RegionName
 * @typedef {Record<RegionName, Rect> & {leftOuter: Rect | null, rightOuter: Rect | null, sheets: Rect | null}} Regions
 * @typedef {{columns: number[], rows: number[]}} Tracks px of a side's grid; a panel takes one cell
 * @typedef {object} Composition
 * @property {'screen' | 'phone'} kind
 * @property {number} width of what is composed, px before `zoom`
 * @property {number} height
 * @property {[number, number]} zoom from there to the window, across and down
 * @property {[number, number]} offset of its corner in the window, px
 * @property {number} unit px before `zoom`
 * @property {number} kpis how many there is room for
 * @property {number} columns of panels that the wall has
 * @property {number} tabCells over how many panels of the wall the tabs lie: as many in each
 * @property {Regions} regions
 * @property {Record<'left' | 'right' | 'leftOuter' | 'rightOuter', Tracks>} tracks
 * @typedef {{isTouched?: boolean, grid?: [number, number], fit?: Fit, design?: [number, number], second?: boolean, shares?: Partial<Record<'left' | 'right' | 'leftOuter' | 'rightOuter', number[]>>}} Options
 *   `isTouched`: by fingers, so that the time bar is higher; `second`: the outer sides of a wide wall are those of another screen; `shares`: the heights of the panels of each side
 */

const DESIGN_HEIGHT = 1080;
const KPIS = 6;
/** A phone shows as many numbers as have this room, in units. */
const PHONE_KPI = 170;
/** Below this width, in units, there is no room for sides. */
const NARROW = 900;
/** From this width on, in units, panels stand side by side in one side. */
const TWO_COLUMNS = 1100;
/** The same where panels are what is looked at: a tablet that is held upright. */
const TWO_COLUMNS_SHEET = 640;
const SIDE_SHARE = 0.23;
const SIDE_LEAST = 300;
/** What clock, weather, age and buttons take, in units. */
const CLOCK_LEAST = 304;
/** Shares of the height, and the least in units. */
const HEAD = [0.08, 76];
/** Where a number has less room than this across, its name takes two lines; the head is then as high as that, in units. */
const NARROW_KPI = 175;
const HEAD_LEAST = 94;
const FOOT = [0.08, 58];
const TICKER = [0.05, 34];
/** Below this width, in units, the themes take a line of their own; the time bar stands below them. */
const TWO_LINES = 1300;
const LINES = [50, 62];
/** The time bar as high as two rows of fingertips, in units. */
const TOUCHED = 100;
/** A number with less room than this across is left out, in units. */
const KPI_LEAST = 118;
/** How high panels of a sheet are, in units, by their share; none is higher than the sheet of a small phone. */
const SHEET_ROW = 210;
const SHEET_MOST = 1.8;
/** A side lower than this, in units: its panels keep a height in which they are read, and it scrolls. */
const LOW_SIDE = 640;
const PANEL_LEAST = 216;
/** A window this much wider than high, and no word of its panels: a row of them, 16 : 9 each. */
const SPLICED_ASPECT = 4;

/** @param {number} width @param {number} height of the window, CSS px @param {Options} [options] @returns {Composition} */
export function compose(width, height, { grid, fit = 'contain', design, second = false, isTouched = false, shares = {} } = {}) {
  const { size, zoom, offset } = fitted(width, height, fit, design);
  const [w, h] = size;
  const unit = Math.max(h / DESIGN_HEIGHT, 1 / zoom[1]);
  const whole = { width: w, height: h, zoom, offset, unit };
  if (w / unit < NARROW) {
    const regions = phoneRegions(w, h, unit);
    const kpis = Math.min(KPIS, Math.max(2, Math.floor(regions.kpis.width / (PHONE_KPI * unit))));
    const one = (/** @type {number[]} */ some = []) => sheetTracks(regions.left.width, some, unit);
    return { kind: 'phone', ...whole, kpis, columns: 1, tabCells: 1, regions, tracks: { left: one(shares.left), right: one(shares.right), leftOuter: one(), rightOuter: one() } };
  }
  const cells = grid ?? [w / h > SPLICED_ASPECT ? Math.round(w / h / (16 / 9)) : 1, 1];
  const regions = wallRegions(w, h, unit, cells, { second, isTouched });
  const seams = { x: inner(w, cells[0]), y: inner(h, cells[1]) };
  const of = (/** @type {'left' | 'right' | 'leftOuter' | 'rightOuter'} */ name) => tracksOf(regions[name], shares[name] ?? [], seams, unit);
  const kpis = Math.min(KPIS, Math.max(1, Math.floor(regions.kpis.width / (KPI_LEAST * unit))));
  return { kind: 'screen', ...whole, kpis, columns: cells[0], tabCells: Math.max(1, Math.floor((cells[0] - 1) / 2)), regions, tracks: { left: of('left'), right: of('right'), leftOuter: of('leftOuter'), rightOuter: of('rightOuter') } };
}

/**
 * @param {number} width @param {number} height @param {Fit} fit @param {[number, number]} [design]
 * @returns {{size: [number, number], zoom: [number, number], offset: [number, number]}}
 */
function fitted(width, height, fit, design) {
  if (!design) return { size: [width, height], zoom: [1, 1], offset: [0, 0] };
  const [x, y] = [width / design[0], height / design[1]];
  if (fit === 'stretch') return { size: design, zoom: [x, y], offset: [0, 0] };
  if (fit === 'width') return { size: [design[0], height / x], zoom: [x, x], offset: [0, 0] };
  if (fit === 'height') return { size: [width / y, design[1]], zoom: [y, y], offset: [0, 0] };
  const z = Math.min(x, y);
  return { size: design, zoom: [z, z], offset: [(width - design[0] * z) / 2, (height - design[1] * z) / 2] };
}

/** Where panels of a wall meet. @param {number} length @param {number} count */
const inner = (length, count) => Array.from({ length: count - 1 }, (_, n) => ((n + 1) * length) / count);

/** @param {number} x @param {number} y @param {number} width @param {number} height @returns {Rect} */
const rect = (x, y, width, height) => ({ x, y, width, height });

/** @param {number} w @param {number} h @param {number} unit @param {[number, number]} grid @param {{second: boolean, isTouched: boolean}} options @returns {Regions} */
function wallRegions(w, h, unit, [columns], { second, isTouched }) {
  const least = columns === 1 && (w * (1 - SIDE_SHARE) - CLOCK_LEAST * unit) / KPIS < NARROW_KPI * unit ? HEAD_LEAST : HEAD[1];
  const isTwoLines = columns === 1 && w < TWO_LINES * unit;
  const head = Math.max(HEAD[0] * h, least * unit);
  const bar = isTouched ? TOUCHED * unit : 0;
  const [foot, line] = isTwoLines ? [LINES[0] * unit, Math.max(LINES[1] * unit, bar)] : [Math.max(FOOT[0] * h, FOOT[1] * unit, bar), Math.max(TICKER[0] * h, TICKER[1] * unit)];
  const below = columns === 1 ? foot + line : foot;
  const middle = h - head - below;
  const cell = w / columns;
  const beside = Math.floor((columns - 1) / 2); // panels of the wall at either side
  const side = beside ? beside * cell : Math.max(SIDE_SHARE * w, SIDE_LEAST * unit);
  const isDouble = second && beside > 1;
  const own = isDouble ? cell : side;
  const outer = (/** @type {number} */ x) => (isDouble ? rect(x, head, side - cell, middle) : null);
  // the ends of the head are as wide as a side, where that is less than a panel; what is left is for the numbers
  const end = columns === 1 ? 0.2 * w : columns === 2 ? 0.3 * cell : cell;
  const clock = columns === 1 ? Math.max(end, CLOCK_LEAST * unit) : end;
  const first = beside ? side - cell : 0; // the panel beside the middle
  const start = beside ? side : end;
  const kpis = rect(start, 0, w - start - (beside ? side : clock), head);
  return {
    name: rect(first, 0, end, head),
    kpis,
    end: rect(w - first - clock, 0, clock, head),
    leftOuter: outer(0),
    left: rect(side - own, head, own, middle),
    stage: rect(side, head, w - 2 * side, middle),
    right: rect(w - side, head, own, middle),
    rightOuter: outer(w - side + own),
    ...footRegions(w, h, { foot, line, columns, cell, side, isTwoLines }),
    sheets: null,
  };
}

/** @param {number} w @param {number} h @param {{foot: number, line: number, columns: number, cell: number, side: number, isTwoLines: boolean}} sizes */
function footRegions(w, h, { foot, line, columns, cell, side, isTwoLines }) {
  if (columns === 1) {
    const y = h - foot - line;
    if (isTwoLines) return { tabs: rect(0, y, w, foot), time: rect(0, h - line, 0.56 * w, line), ticker: rect(0.56 * w, h - line, 0.44 * w, line) };
    return { tabs: rect(0, y, 0.6 * w, foot), time: rect(0.6 * w, y, 0.4 * w, foot), ticker: rect(0, h - line, w, line) };
  }
  const y = h - foot;
  if (columns === 2) return { tabs: rect(0, y, cell, foot), time: rect(cell, y, cell / 2, foot), ticker: rect(1.5 * cell, y, cell / 2, foot) };
  return { tabs: rect(0, y, side, foot), time: rect(side, y, cell, foot), ticker: rect(side + cell, y, cell, foot) };
}

/**
 * One thing at a time under the thumb: `left`, `right`, `ticker` and `time` are the same place, `sheets` chooses among them.
 * @param {number} w @param {number} h @param {number} unit @returns {Regions}
 */
function phoneRegions(w, h, unit) {
  const isWide = w > h;
  const [bar, kpis, sheets, tabs] = [48, isWide ? 66 : 76, 48, isWide ? 50 : 60].map((one) => one * unit);
  const x = isWide ? w / 2 : 0;
  const top = isWide ? bar : bar + kpis + (h - bar - kpis - tabs) * 0.44;
  const stage = isWide ? rect(0, bar, w / 2, h - bar - tabs) : rect(0, bar + kpis, w, top - bar - kpis);
  const y = isWide ? bar + kpis : top;
  const sheet = rect(x, y + sheets, w - x, h - tabs - y - sheets);
  return {
    name: rect(0, 0, w - 104 * unit, bar), end: rect(w - 104 * unit, 0, 104 * unit, bar), kpis: rect(x, bar, w - x, kpis), stage,
    sheets: rect(x, y, w - x, sheets), left: sheet, right: sheet, ticker: sheet, time: sheet,
    tabs: rect(0, h - tabs, w, tabs), leftOuter: null, rightOuter: null,
  };
}

/** Of a sheet that scrolls: panels as high as they are meant to be. @param {number} width @param {number[]} shares @param {number} unit @returns {Tracks} */
function sheetTracks(width, shares, unit) {
  const columns = width >= TWO_COLUMNS_SHEET * unit && shares.length > 1 ? [width / 2, width / 2] : [width];
  return { columns, rows: rowsOf(shares, columns.length).map((share) => Math.min(SHEET_MOST, Math.max(1, share)) * SHEET_ROW * unit) };
}

/** A row is as high as the share of its highest panel. @param {number[]} shares @param {number} columns */
const rowsOf = (shares, columns) => Array.from({ length: Math.ceil(shares.length / columns) }, (_, n) => Math.max(...shares.slice(n * columns, (n + 1) * columns)));

/**
 * Columns and rows of a side. Panels fill it row by row; a row is as high as the share of its highest panel, and where the
 * panels of the wall meet, rows meet too.
 * @param {Rect | null} side @param {number[]} shares @param {{x: number[], y: number[]}} seams @param {number} unit @returns {Tracks}
 */
function tracksOf(side, shares, seams, unit) {
  if (!side) return { columns: [], rows: [] };
  const columns = pieces(side.x, side.width, seams.x).flatMap((one) => (one >= TWO_COLUMNS * unit && shares.length > 2 ? [one / 2, one / 2] : [one]));
  const rows = divided(rowsOf(shares, columns.length), pieces(side.y, side.height, seams.y));
  const isFree = side.height >= LOW_SIDE * unit || seams.y.length || !shares.length;
  return { columns, rows: isFree ? rows : rows.map((one) => Math.max(one, PANEL_LEAST * unit)) };
}

/** The lengths between cuts. @param {number} from @param {number} length @param {number[]} cuts */
function pieces(from, length, cuts) {
  const at = [from, ...cuts.filter((one) => one > from + 0.5 && one < from + length - 0.5), from + length];
  return at.slice(1).map((one, n) => one - at[n]);
}

/**
 * Rows of given shares into pieces, in order, none across a cut, as evenly as can be.
 * @param {number[]} shares @param {number[]} lengths @returns {number[]} px; more than there are shares, where a piece stays empty
 */
export function divided(shares, lengths) {
  if (!shares.length) return lengths;
  const sum = (/** @type {number[]} */ some) => some.reduce((total, one) => total + one, 0);
  const [length, ...rest] = lengths;
  const evenly = (/** @type {number[]} */ some, /** @type {number} */ px) => (some.length ? some.map((one) => (one / sum(some)) * px) : [px]);
  if (!rest.length) return evenly(shares, length);
  const least = Math.min(1, shares.length);
  const options = Array.from({ length: Math.max(1, shares.length - rest.length - least + 1) }, (_, n) => {
    const here = least + n;
    const tracks = [...evenly(shares.slice(0, here), length), ...divided(shares.slice(here), rest)];
    // how many pixels the worst-treated share gets
    return { tracks, worst: Math.min(...shares.map((share, i) => tracks[i] / share)) };
  });
  return options.reduce((best, one) => (one.worst > best.worst ? one : best)).tracks;
}
