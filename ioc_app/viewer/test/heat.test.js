import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heatField, placeOf, REACH_M } from '../src/engine/heat.js';

const BOX = [0, 0, 100, 40];
const at = (field, name, x, y) => field[name][Math.floor(y / 0.5) * 200 + Math.floor(x / 0.5)];
const field = (samples) => heatField(samples, BOX, 200, 80);

test('at a sensor the field is its value', () => {
  const two = field([[10.25, 20.25, 0, 18], [22.25, 20.25, 0, 30]]);
  assert.ok(Math.abs(at(two, 'value', 10, 20) - 18) < 0.01);
  assert.ok(Math.abs(at(two, 'value', 22, 20) - 30) < 0.01);
  assert.equal(at(two, 'measured', 10, 20), 1);
});

test('in the middle between two it is their mean, and between the two values everywhere', () => {
  const two = field([[10, 20, 0, 18], [22, 20, 0, 30]]);
  assert.ok(Math.abs((at(two, 'value', 15.6, 20) + at(two, 'value', 16.4, 20)) / 2 - 24) < 0.3);
  two.value.forEach((value, i) => two.measured[i] > 0 && assert.ok(value > 17.99 && value < 30.01));
});

test('the nearer sensor counts more', () => {
  const two = field([[10, 20, 0, 0], [30, 20, 0, 1]]);
  const along = [11, 14, 17, 20, 23, 26, 29].map((x) => at(two, 'value', x, 20));
  along.slice(1).forEach((value, i) => assert.ok(value > along[i], `${along}`));
});

test('beyond the reach of every sensor nothing was measured', () => {
  const one = field([[10, 20, 0, 18]]);
  assert.equal(at(one, 'measured', 10 + REACH_M + 1, 20), 0);
  assert.equal(at(one, 'measured', 60, 20), 0);
  const edge = at(one, 'measured', 10 + 0.8 * REACH_M, 20);
  assert.ok(edge > 0.05 && edge < 0.95, 'it fades');
});

const SCENE = { buildings: [{ building_id: 'a', bbox: [0, 0, -4, 40, 20, 8], storeys: [
  { storey_id: 'g', elevation_m: 0, height_m: 4, ordinal: 0, number: 5, name: '' },
  { storey_id: 'u', elevation_m: 4, height_m: 4, ordinal: 1, number: 6, name: '' },
] }] };

test('samples of other storeys and without a number are left out; a zero is a reading', () => {
  const samples = [[5, 5, 2, 0], [6, 5, 2, NaN], [7, 5, 6.5, 3], [8, 5, 2]];
  const place = placeOf({ storeyId: 'g', samples }, SCENE);
  assert.deepEqual(place.samples, [[5, 5, 2, 0]]);
  assert.deepEqual([place.number, place.box], [5, [0, 0, 40, 20]]);
  assert.ok(place.elevation > 0 && place.elevation < 1, 'just above the floor');
});

test('an unknown storey and a storey without samples have no field; outdoors it lies around the samples', () => {
  assert.equal(placeOf({ storeyId: 'no', samples: [[5, 5, 2, 1]] }, SCENE), null);
  assert.equal(placeOf({ storeyId: 'u', samples: [[5, 5, 2, 1]] }, SCENE), null);
  assert.deepEqual(placeOf({ storeyId: null, samples: [[50, 60, 2, 1], [70, 60, 1, 1]] }, SCENE).box, [50 - REACH_M, 60 - REACH_M, 70 + REACH_M, 60 + REACH_M]);
});
