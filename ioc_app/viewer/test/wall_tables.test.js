import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTop } from '../src/wall/tables.js';

const HEAD = 20;
/** @param {readonly number[]} heights */
const stacked = (heights) => heights.reduce((rows, height) => [...rows, { top: (rows.at(-1)?.top ?? HEAD) + (rows.at(-1)?.height ?? 0), height }], /** @type {{top: number, height: number}[]} */ ([]));

/** What is seen, page by page, until the first is seen again. */
function pages(heights, height) {
  const rows = stacked(heights);
  const whole = rows.at(-1).top + rows.at(-1).height;
  const tops = [0];
  for (let top = 0; tops.length < 500; tops.push(top)) {
    top = Math.min(nextTop({ top, height, whole, head: HEAD }, rows), Math.max(0, whole - height)); // as a browser does
    if (top === 0) break;
  }
  return tops.map((top) => rows.filter((one) => one.top >= top + HEAD - 1 && one.top + one.height <= top + height + 1).map((one) => rows.indexOf(one)));
}

test('every row is seen whole, page by page, and then the first again', () => {
  for (const count of [7, 12, 50, 199])
    for (const height of [90, 137, 300]) {
      const heights = Array.from({ length: count }, (_, n) => 18 + ((n * 7) % 25));
      const found = pages(heights, height);
      assert.ok(found.length < count, `${count} rows in ${height} px end`);
      assert.deepEqual([...new Set(found.flat())].sort((one, other) => one - other), heights.map((_, n) => n));
      for (const [one, next] of found.slice(0, -2).map((page, n) => [page, found[n + 1]])) assert.equal(next[0], one.at(-1) + 1, 'nothing is seen twice but at the end');
    }
});

test('a table that fits stays', () => assert.equal(nextTop({ top: 0, height: 100, whole: 100, head: HEAD }, stacked([40, 40])), 0));

test('a row higher than its panel is read on to its end', () => {
  const rows = stacked([500, 20]);
  assert.equal(nextTop({ top: 0, height: 100, whole: 540, head: HEAD }, rows), 80);
  assert.equal(nextTop({ top: 400, height: 100, whole: 540, head: HEAD }, rows), 480, 'its end');
  assert.equal(nextTop({ top: 440, height: 100, whole: 540, head: HEAD }, rows), 0);
});
