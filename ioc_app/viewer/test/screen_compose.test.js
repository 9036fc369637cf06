/** Where everything stands on a screen: inside the window, beside each other, none across a seam, type that can be read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compose, divided } from '../src/screen/compose.js';

/** @typedef {import('../src/screen/compose.js').Rect} Rect */

const SHARES = { left: [1, 1, 2], right: [1, 1, 1, 1], leftOuter: [1, 2], rightOuter: [1, 1] };
/** @type {[string, number, number, import('../src/screen/compose.js').Options][]} */
const WINDOWS = [
  ['a notebook', 1366, 768, {}],
  ['a desk', 1920, 1080, {}],
  ['4K', 3840, 2160, {}],
  ['3 × 1', 5760, 1080, { grid: [3, 1] }],
  ['3 × 1 that nobody named', 5760, 1080, {}],
  ['2 × 1', 3840, 1080, { grid: [2, 1] }],
  ['6 × 3', 11520, 3240, { grid: [6, 3] }],
  ['6 × 3 with a second screen', 11520, 3240, { grid: [6, 3], second: true }],
  ['a phone', 390, 844, {}],
  ['a phone on its side', 844, 390, {}],
  ['a small phone', 360, 740, {}],
  ['a tablet', 820, 1180, {}],
  ['a tablet on its side', 1180, 820, {}],
  ['a small notebook', 1280, 720, {}],
  ['another notebook', 1440, 900, {}],
  ['16 : 10', 1920, 1200, {}],
  ['a large desk', 2560, 1440, {}],
];
const boxes = (/** @type {import('../src/screen/compose.js').Regions} */ regions) => /** @type {[string, Rect][]} */ (Object.entries(regions).filter(([, one]) => one));
const overlap = (/** @type {Rect} */ a, /** @type {Rect} */ b) => Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 0.01 && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 0.01;
const crosses = (/** @type {number} */ from, /** @type {number} */ length, /** @type {number} */ step) => Math.floor((from + 0.01) / step) !== Math.floor((from + length - 0.01) / step);

for (const [name, width, height, options] of WINDOWS) {
  const made = compose(width, height, { ...options, shares: SHARES });
  const { regions, unit, zoom, kind } = made;

  test(`${name}: everything is in the window and nothing lies on anything else`, () => {
    for (const [id, one] of boxes(regions)) {
      assert.ok(one.width > 0 && one.height > 0, `${id} has a size: ${JSON.stringify(one)}`);
      assert.ok(one.x >= -0.01 && one.y >= -0.01 && one.x + one.width <= made.width + 0.01 && one.y + one.height <= made.height + 0.01, `${id} is inside`);
    }
    const sheets = ['left', 'right', 'ticker', 'time']; // on a phone they take turns
    for (const [id, one] of boxes(regions))
      for (const [other, two] of boxes(regions)) {
        if (id >= other || (kind === 'phone' && sheets.includes(id) && sheets.includes(other))) continue;
        assert.ok(!overlap(one, two), `${id} and ${other}`);
      }
  });

  test(`${name}: type can be read`, () => {
    const least = 14 * unit * zoom[1];
    assert.ok(least >= 14 - 1e-9, `${least} px`);
    assert.ok(least >= height / 90, `${least} px of ${height}`);
  });

  const grid = options.grid ?? (name.startsWith('3 ×') ? [3, 1] : null);
  if (grid) {
    test(`${name}: nothing but the campus lies across a seam`, () => {
      const [cell, row] = [made.width / grid[0], made.height / grid[1]];
      /** @type {[string, Rect][]} */
      const things = boxes(regions).filter(([id]) => !['stage', 'kpis', 'tabs', 'left', 'right', 'leftOuter', 'rightOuter'].includes(id));
      const tile = regions.kpis.width / made.kpis;
      for (let n = 0; n < made.kpis; n += 1) things.push([`number ${n}`, { ...regions.kpis, x: regions.kpis.x + n * tile, width: tile }]);
      const tabs = made.tabCells * Math.ceil(9 / made.tabCells);
      for (let n = 0; n < tabs; n += 1) things.push([`tab ${n}`, { ...regions.tabs, x: regions.tabs.x + (n * regions.tabs.width) / tabs, width: regions.tabs.width / tabs }]);
      for (const side of /** @type {const} */ (['left', 'right', 'leftOuter', 'rightOuter'])) {
        const region = regions[side];
        if (!region) continue;
        const { columns, rows } = made.tracks[side];
        let y = region.y;
        for (const [m, height_] of rows.entries()) {
          let x = region.x;
          for (const [n, width_] of columns.entries()) {
            things.push([`${side} ${n} ${m}`, { x, y, width: width_, height: height_ }]);
            x += width_;
          }
          y += height_;
        }
      }
      for (const [id, one] of things) assert.ok(!crosses(one.x, one.width, cell) && !crosses(one.y, one.height, row), `${id} ${JSON.stringify(one)}`);
      const { stage } = regions;
      if (grid[0] > 2) for (const edge of [stage.x, stage.x + stage.width]) assert.ok(Math.abs(edge / cell - Math.round(edge / cell)) < 1e-6, 'the campus fills whole panels');
    });
  }

  if (kind === 'screen') {
    test(`${name}: its panels fill their sides`, () => {
      const sides = /** @type {const} */ (['left', 'right', 'leftOuter', 'rightOuter']);
      for (const side of sides) {
        const region = regions[side];
        if (!region) continue;
        const { columns, rows } = made.tracks[side];
        const sum = (/** @type {number[]} */ some) => some.reduce((total, one) => total + one, 0);
        const scrolls = region.height < 640 * unit && Math.min(...rows) >= 216 * unit && sum(rows) > region.height;
        assert.ok(Math.abs(sum(columns) - region.width) < 0.5 && (scrolls || Math.abs(sum(rows) - region.height) < 0.5), side);
        assert.ok(rows.length * columns.length >= SHARES[side].length, `${side} has a cell a panel`);
        assert.ok(Math.min(...rows) >= 100 * unit && Math.min(...columns) >= 290 * unit, `${side} has room: ${columns} ${rows}`);
      }
    });
  }
}

test('the head has eight shares of a hundred, the foot eight and five', () => {
  const { regions: { name, tabs, ticker, left } } = compose(1920, 1080);
  assert.deepEqual([name.height, tabs.height, ticker.height, left.width].map((one) => Math.round(one)), [86, 86, 54, 442]);
});

test('a phone has two numbers, the campus above and one sheet at a time below', () => {
  const { kpis, regions } = compose(390, 844);
  assert.equal(kpis, 2);
  assert.deepEqual(regions.left, regions.ticker);
  assert.deepEqual(regions.time, regions.ticker);
  assert.ok(regions.stage.height > 250 && regions.ticker.y > regions.stage.y + regions.stage.height && regions.ticker.height > 150);
});

test('a finger finds the time bar twice as high as its tip', () => {
  for (const [width, height] of [[1180, 820], [1920, 1080]]) {
    const touched = compose(width, height, { isTouched: true }).regions;
    assert.ok(touched.time.height >= 98 && touched.left.height >= 500, `${width} × ${height}`);
    assert.ok(touched.left.height < compose(width, height).regions.left.height);
  }
});

test('a number that would be cut is left out', () => {
  assert.deepEqual([1180, 1280, 1366, 1920].map((width) => compose(width, 800).kpis), [5, 6, 6, 6]);
});

test('everything a thumb needs on a phone is in the lower half', () => {
  for (const [width, height] of [[390, 844], [360, 740], [820, 1180]]) {
    const { sheets, tabs, ticker } = compose(width, height).regions;
    assert.ok(sheets && sheets.y >= height * 0.45 && sheets.height >= 44 && tabs.height >= 44 && ticker.height >= 200, `${width} × ${height}`);
  }
});

test('a tablet that is held upright has four numbers and two columns of panels', () => {
  const { kind, kpis, tracks, regions } = compose(820, 1180, { shares: SHARES });
  assert.deepEqual([kind, kpis, tracks.left.columns, tracks.right.rows.length], ['phone', 4, [410, 410], 2]);
  assert.equal(regions.left.width, 820);
});

test('where the window is narrow, the themes and the time bar have room to be read', () => {
  for (const [width, height] of [[1180, 820], [1280, 720], [1366, 768], [1440, 900]]) {
    const { regions, unit, kpis } = compose(width, height);
    assert.ok(regions.time.width >= 540 * unit && regions.time.height >= 58 * unit, `the time bar at ${width}`);
    assert.ok(regions.tabs.width / 9 >= 90 * unit, `nine themes at ${width}`);
    const narrow = regions.kpis.width / kpis < 175 * unit;
    assert.ok(regions.kpis.height >= (narrow ? 94 : 76) * unit, `names of two lines at ${width}`);
  }
});

test('a design is brought into another window as it is asked to be', () => {
  const design = /** @type {[number, number]} */ ([5760, 1080]);
  const as = (/** @type {import('../src/screen/compose.js').Fit} */ fit) => compose(3840, 2160, { design, grid: [3, 1], fit });
  const contain = as('contain');
  assert.deepEqual([contain.width, contain.height, contain.zoom, contain.offset], [5760, 1080, [2 / 3, 2 / 3], [0, 720]]);
  const width = as('width');
  assert.deepEqual([width.width, Math.round(width.height), width.zoom[0], width.offset], [5760, 3240, 2 / 3, [0, 0]]);
  const tall = as('height');
  assert.deepEqual([Math.round(tall.width), tall.height, tall.zoom[1]], [1920, 1080, 2]);
  const stretch = as('stretch');
  assert.deepEqual([stretch.width, stretch.height, stretch.zoom], [5760, 1080, [2 / 3, 2]]);
  for (const one of [contain, width, tall, stretch]) assert.ok(14 * one.unit * one.zoom[1] >= 14 - 1e-9);
});

test('a small preview of a wall keeps type that can be read', () => {
  const { unit, zoom } = compose(960, 540, { design: [1920, 1080] });
  assert.equal(zoom[1], 0.5);
  assert.equal(unit, 2);
});

test('rows are divided among panels of the wall as evenly as can be', () => {
  assert.deepEqual(divided([1, 1], [100]), [50, 50]);
  assert.deepEqual(divided([1, 1, 1, 1], [100, 200, 100]), [100, 100, 100, 100]);
  assert.deepEqual(divided([1, 2, 1], [120, 90]), [40, 80, 90]);
  assert.deepEqual(divided([1], [300, 100]), [300, 100], 'what stays empty has its track all the same');
  assert.deepEqual(divided([], [300]), [300]);
});

test('on a notebook no panel is too low to be read: its side scrolls; a wall never does', () => {
  const heights = (/** @type {[number, number]} */ size) => compose(...size, { shares: { left: [3, 1, 1], right: [1, 1, 1, 1] } });
  const { tracks, regions } = heights([1366, 768]);
  for (const rows of [tracks.left.rows, tracks.right.rows]) assert.ok(rows.every((one) => one >= 216));
  assert.ok(sum(tracks.left.rows) > regions.left.height);
  const wall = heights([1920, 1080]);
  for (const rows of [wall.tracks.left.rows, wall.tracks.right.rows]) assert.ok(Math.abs(sum(rows) - wall.regions.left.height) < 1e-6);
});

const sum = (/** @type {number[]} */ some) => some.reduce((total, one) => total + one, 0);
