import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaOf, cornersOf, heightOf, lengthOf } from '../src/underground/sketch.js';

test('a double click ends a line with one corner', () => {
  assert.deepEqual(cornersOf([[0, 0, 5], [10, 0, 5], [10.02, 0.01, 5]], 0.05, false), [[0, 0], [10, 0]]);
});

test('a line may come back to where it began, an area is closed without saying so', () => {
  const points = [[0, 0, 1], [10, 0, 1], [10, 10, 1], [0.01, 0, 1]];
  assert.equal(cornersOf(points, 0.05, false).length, 4);
  assert.deepEqual(cornersOf(points, 0.05, true), [[0, 0], [10, 0], [10, 10]]);
});

test('clicks on one spot are no line', () => {
  assert.deepEqual(cornersOf([[3, 3, 0], [3.01, 3, 0], [3, 3.02, 0]], 0.05, false), [[3, 3]]);
  assert.deepEqual(cornersOf([], 0.05, true), []);
});

test('lengths and areas are those in plan', () => {
  assert.equal(lengthOf([[0, 0], [3, 4], [3, 10]]), 11);
  assert.equal(areaOf([[0, 0], [4, 0], [4, 3], [0, 3]]), 12);
  assert.equal(areaOf([[0, 3], [4, 3], [4, 0], [0, 0]]), 12, 'whichever way round');
  assert.equal(areaOf([[0, 0], [4, 0]]), 0);
});

test('the height of a drawing is the mean of its points', () => {
  assert.equal(heightOf([[0, 0, 10], [1, 1, 14]]), 12);
});
