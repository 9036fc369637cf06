/** What another survey changed: colours by class and amount, dashes where something was, values that differ. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANGES, colourOf, farOf, MOVED, SIGNS, stepOf } from '../src/changes/classes.js';
import { ghostsOf, pathsOf } from '../src/changes/ghosts.js';
import { coloursFor } from '../src/changes/painting.js';
import { differing, rounded } from '../src/changes/values.js';

/** @param {any} geometry @param {(number | null)[] | null} [ground] */
const gone = (geometry, ground = null) => ({ feature_id: 'a', layer_id: 'gas', geometry, ground });
/** @param {import('../src/changes/ghosts.js').Segment} leg */
const way = ([a, b]) => Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);

test('every class has its own sign and colour', () => {
  const signs = Object.values(SIGNS);
  assert.equal(new Set(signs).size, signs.length);
  assert.equal(new Set(CHANGES.map((one) => String(colourOf(one, 0)))).size, CHANGES.length);
});

test('what moved is darker the farther it went', () => {
  assert.equal(farOf(0.3, -0.4), 0.5);
  assert.equal(farOf(null, null), null);
  assert.deepEqual([0, 0.0999, 0.1, 0.999, 1, 50].map(stepOf), [0, 0, 1, 1, 2, 2]);
  const light = MOVED.map(([, [r, g, b]]) => r + g + b);
  assert.deepEqual(light, [...light].sort((a, b) => b - a));
});

test('what moved nobody knows how far looks like none of the steps', () => {
  const steps = MOVED.map(([, colour]) => String(colour));
  assert.ok(!steps.includes(String(colourOf('moved', null))));
});

test('what differs has its colour, the rest is dimmed, the ground is left alone', () => {
  const layer = (/** @type {string} */ kind, /** @type {number} */ features) => /** @type {any} */ ({ kind, features });
  const scene = { features: 6, layers: [layer('terrain', 1), layer('volume', 2), layer('pipe', 3)] };
  const { idx, rgba } = coloursFor(scene, { idx: [9, 8, 7], idx_in_use: [3, 5, null], change: ['moved', 'added', 'changed'], moved_plan_m: [0.5, null, null], moved_height_m: [0, null, null] });
  const colours = new Map([...idx].map((one, n) => [one, [...rgba.slice(n * 4, n * 4 + 4)]]));
  assert.deepEqual([...colours.keys()].sort(), [1, 2, 3, 4, 5]);
  assert.deepEqual(colours.get(3), [...MOVED[1][1], 255]);
  assert.deepEqual(colours.get(5), [...colourOf('added', null), 255]);
  assert.ok(/** @type {number[]} */ (colours.get(4))[3] < 255);
  assert.deepEqual(colours.get(1), colours.get(4));
});

test('shapes without heights lie on the ground', () => {
  assert.deepEqual(pathsOf(gone({ type: 'LineString', coordinates: [[0, 0], [1, 0], [2, 0]] }, [5, null, 7]), 3), [[[0, 0, 5], [1, 0, 3], [2, 0, 7]]]);
  assert.deepEqual(pathsOf(gone({ type: 'Point', coordinates: [1, 2, 3] }), 0), [[[1, 2, 3]]]);
  assert.deepEqual(pathsOf(gone({ type: 'MultiPoint', coordinates: [[1, 2], [3, 4]] }, [8, 9]), 0), [[[1, 2, 8]], [[3, 4, 9]]]);
  const square = [[0, 0], [1, 0], [1, 1], [0, 0]];
  assert.equal(pathsOf(gone({ type: 'MultiPolygon', coordinates: [[square, square], [square]] }), 1).length, 3);
  assert.equal(pathsOf(gone({ type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [0, 0] }, { type: 'LineString', coordinates: square }] }), 1).length, 2);
  assert.deepEqual(pathsOf(gone(null), 0), []);
});

test('a line is dashed from end to end, a point is a cross, what is chosen is drawn through', () => {
  const line = gone({ type: 'LineString', coordinates: [[0, 0, 0], [10, 0, 0]] });
  const dashes = ghostsOf([line], 0);
  assert.equal(dashes.length, 5);
  assert.deepEqual(dashes[0][0], [0, 0, 0]);
  assert.ok(Math.abs(dashes[4][1][0] - 10) < 1e-9);
  for (let n = 1; n < dashes.length; n += 1) assert.ok(dashes[n][0][0] > dashes[n - 1][1][0] + 0.5);
  assert.deepEqual(ghostsOf([line], 0, 'a'), [[[0, 0, 0], [10, 0, 0]]]);
  assert.equal(ghostsOf([gone({ type: 'Point', coordinates: [1, 2, 3] })], 0).length, 2);
});

test('a hundred kilometres are drawn to their end', () => {
  const lines = Array.from({ length: 1000 }, (_, n) => gone({ type: 'LineString', coordinates: [[0, n, 0], [100, n, 0]] }));
  const dashes = ghostsOf(lines, 0);
  assert.ok(dashes.length <= 20_000);
  assert.ok(dashes.some(([a]) => a[1] === 999));
  assert.ok(dashes.every((one) => way(one) > 1));
});

test('of attributes only what differs is told', () => {
  const told = differing([
    { column: 'diameter_m', old: '0.3', new: '0.25' },
    { column: 'attributes', old: '{"a":1,"b":"x","c":[1]}', new: '{"a":2,"b":"x","d":true}' },
  ]);
  assert.deepEqual(told.map((one) => [one.attribute ?? one.column, one.old, one.new]), [['diameter_m', '0.3', '0.25'], ['a', '1', '2'], ['c', '[1]', null], ['d', null, 'true']]);
  assert.deepEqual(differing([{ column: 'attributes', old: null, new: 'no json' }]), [{ column: 'attributes', old: null, new: 'no json' }]);
});

test('numbers have as many digits as tell them apart', () => {
  assert.deepEqual(rounded('33.00072782531641', '32.96132335027164'), ['33.001', '32.961']);
  assert.deepEqual(rounded('1.00001', '1.00002'), ['1.00001', '1.00002']);
  assert.deepEqual(rounded('0.3', '0.25'), ['0.3', '0.25']);
  assert.deepEqual(rounded(null, '2.123456'), [null, '2.123']);
  assert.deepEqual(rounded('2026-11-28', 'RQ.12345'), ['2026-11-28', 'RQ.12345']);
});
