import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeF32, decodeU16, decodeU32 } from '../src/engine/base64.js';
import { inRing, inWindow } from '../src/engine/cuts.js';
import { declutter, packRows } from '../src/engine/labels.js';
import { boxEdges } from '../src/engine/lines.js';
import { measurement, measureText, pathLength, polygonArea } from '../src/engine/measure.js';
import { vertexIdx } from '../src/engine/metadata.js';
import { canvasRatio } from '../src/engine/surface.js';

test('a path is as long as its legs', () => {
  assert.equal(pathLength([[0, 0, 0], [3, 4, 0], [3, 4, 12]]), 17);
  assert.equal(pathLength([[1, 2, 3]]), 0);
});

test('the area of a polygon is that of its own plane, wherever it lies and stands', () => {
  const yard = [[0, 0, 0], [20, 0, 0], [20, 10, 0], [0, 10, 0]];
  assert.equal(polygonArea(yard), 200);
  const far = yard.map(([x, y, z]) => [x + 5000, y - 7000, z + 90]);
  assert.ok(Math.abs(polygonArea(far) - 200) < 1e-6);
  const facade = yard.map(([x, y]) => [x, 3, y]);
  assert.equal(polygonArea(facade), 200);
  assert.equal(polygonArea(yard.slice(0, 2)), 0);
});

test('a measurement splits its last leg into plan and rise', () => {
  const result = measurement('height', [[0, 0, 2], [3, 4, -10]], true);
  assert.deepEqual([result.value, result.plan_m, result.rise_m, result.done], [12, 5, -12, true]);
});

test('lengths and areas are written in units that fit', () => {
  assert.equal(measureText(12.345, 'distance'), '12.35 m');
  assert.equal(measureText(1234.5, 'distance'), '1.234 km');
  assert.equal(measureText(25_000, 'area'), '2.500 hm²');
});

test('a ring holds what is inside it, also where it is concave', () => {
  const ring = [[0, 0], [10, 0], [10, 10], [5, 4], [0, 10]];
  assert.equal(inRing(ring, 5, 2), true);
  assert.equal(inRing(ring, 5, 8), false);
  assert.equal(inRing(ring, 11, 5), false);
  assert.equal(inWindow({ x: 0, y: 0, radius: 5 }, 3, 3.9), true);
  assert.equal(inWindow({ x: 0, y: 0, radius: 5 }, 3, 4.1), false);
});

test('a box has twelve edges of three lengths', () => {
  const lengths = boxEdges([0, 0, 0], [1, 2, 3]).map(([a, b]) => Math.hypot(...a.map((v, i) => v - b[i])));
  assert.deepEqual(lengths.sort(), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
});

test('the canvas keeps to 8.3 Mpixel and 4096 px a side', () => {
  assert.equal(canvasRatio(1920, 1080, 1), 1);
  assert.equal(canvasRatio(5760, 1080, 1), 4096 / 5760);
  const wall = canvasRatio(3840, 2160, 2);
  assert.ok(3840 * 2160 * wall * wall <= 8_300_000 + 1);
});

test('labels fill rows from the left and never leave the atlas', () => {
  const { cells, rows } = packRows([60, 60, 30, 500], 100, 24);
  assert.deepEqual(cells.map(({ x, y }) => [x, y]), [[0, 0], [0, 24], [60, 24], [0, 48]]);
  assert.equal(rows, 3);
  assert.equal(cells[3].width, 100);
});

test('of labels that overlap the first stays', () => {
  const box = (x, y) => ({ x, y, width: 10, height: 10 });
  assert.deepEqual(declutter([box(0, 0), box(5, 5), null, box(30, 0)]), [true, false, false, true]);
});

test('base64 arrays are little-endian and start their own buffer', () => {
  const text = (array) => Buffer.from(array.buffer).toString('base64');
  assert.deepEqual([...decodeU32(text(Uint32Array.of(1, 2 ** 31)))], [1, 2 ** 31]);
  assert.deepEqual([...decodeU16(text(Uint16Array.of(7, 65535)))], [7, 65535]);
  assert.deepEqual([...decodeF32(text(Float32Array.of(1.5, -2)))], [1.5, -2]);
});

test('each vertex knows the number of its feature', () => {
  assert.deepEqual([...vertexIdx([0, 0, 1, 1], Uint32Array.of(70, 90))], [70, 70, 90, 90]);
});
