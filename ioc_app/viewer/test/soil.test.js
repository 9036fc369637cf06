import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringOf, sampleRing, wallStrip } from '../src/engine/soil.js';

const square = [[0, 0], [40, 0], [40, 40], [0, 40]];

test('a ring is sampled closely, keeps its corners and closes', () => {
  const points = sampleRing(square);
  assert.equal(points.length, 41);
  assert.deepEqual(points.at(-1), points[0]);
  for (const corner of square) assert.ok(points.some(([x, y]) => x === corner[0] && y === corner[1]));
});

test('a wide ring has a bounded number of samples', () => {
  assert.ok(sampleRing(square.map(([x, y]) => [x * 100, y * 100])).length < 170);
});

test('a round window is a ring of its radius', () => {
  for (const [x, y] of ringOf({ x: 5, y: 6, radius: 10 })) assert.ok(Math.abs(Math.hypot(x - 5, y - 6) - 10) < 1e-9);
});

test('the wall hangs under the ground and ends at the box', () => {
  const { positions, depths, indices } = wallStrip([[0, 0], [1, 0], [2, 0]], (x) => 10 + x, 5, 11.5);
  assert.equal(indices.length, 12);
  assert.deepEqual(positions.filter((_, i) => i % 3 === 2), [10, 5, 11, 5, 11.5, 5]);
  assert.deepEqual(depths, [0, 5, 0, 6, 0.5, 7]);
});

test('where there is no ground the wall is interrupted', () => {
  const { indices } = wallStrip([[0, 0], [1, 0], [2, 0], [3, 0], [4, 0]], (x) => (x === 2 ? null : 0), -5, 5);
  assert.deepEqual(indices, [0, 1, 2, 2, 1, 3, 4, 5, 6, 6, 5, 7]);
});
