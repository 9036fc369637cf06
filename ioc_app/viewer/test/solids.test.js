import assert from 'node:assert/strict';
import { test } from 'node:test';
import { solidSigns } from '../src/engine/solids.js';

const CUBE = [0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1].map((one) => one * 3000 + 20_000);
const FACES = [...'013032467475045051237276026064157173'].map(Number);
const signs = (index, points, feature) => [...new Set(solidSigns(index, Float32Array.from(points), feature))];
const one = (points) => new Uint32Array(points.length / 3).fill(7);

test('a cube is closed, outside out', () => assert.deepEqual(signs(FACES, CUBE, one(CUBE)), [1]));

test('turned inside out it still has an inside', () => {
  const turned = FACES.map((_, i) => FACES[i - (i % 3) + (2 - (i % 3))]);
  assert.deepEqual(signs(turned, CUBE, one(CUBE)), [-1]);
});

test('without one face it is open', () => assert.deepEqual(signs(FACES.slice(6), CUBE, one(CUBE)), [0]));

test('a tube without ends is open, though its area vectors cancel', () => {
  const walls = [0, 1, 2, 3, 4, 5].filter((face) => face !== 0 && face !== 1).flatMap((face) => FACES.slice(face * 6, face * 6 + 6));
  assert.deepEqual(signs(walls, CUBE, one(CUBE)), [0]);
});

test('corners doubled for their normals do no harm', () => {
  const points = FACES.flatMap((at) => CUBE.slice(at * 3, at * 3 + 3));
  assert.deepEqual(signs(FACES.map((_, i) => i), points, one(points)), [1]);
});

test('a corner on the edge of a neighbour does no harm', () => {
  const points = [...CUBE, 20_000, 20_000, 21_500]; // the middle of the edge from 0 to 1
  const index = [0, 8, 3, 8, 1, 3, ...FACES.slice(3)];
  assert.deepEqual(signs(index, points, one(points)), [1]);
});

test('each feature is judged alone', () => {
  const points = [...CUBE, ...CUBE];
  const index = [...FACES, ...FACES.slice(6).map((at) => at + 8)];
  const found = solidSigns(index, Float32Array.from(points), Uint32Array.from({ length: 16 }, (_, i) => (i < 8 ? 3 : 900_000)));
  assert.deepEqual([...found], [...Array(8).fill(1), ...Array(8).fill(0)]);
});

test('a film without thickness has no inside', () => {
  const flat = CUBE.map((value, i) => (i % 3 === 2 ? 20_000 : value));
  assert.deepEqual(signs(FACES, flat, one(flat)), [0]);
});
