import assert from 'node:assert/strict';
import { test } from 'node:test';
import { footprintMask } from '../src/engine/footprint.js';
import { cellFor, HeatPlane } from '../src/engine/heat.js';
import { footprintOf, SensorField, storeyShown } from '../src/now/field.js';
import { colourings, doubtsOf, newestOf, rangeOf, roomsOf, sensorsOf } from '../src/now/sensors.js';
import { NO_VALUE, ramp, rgb } from '../src/ui/palettes.js';

const LATEST = {
  idx: [10, 11, 12, 13, 14, 15],
  space: [1, 1, 2, 3, null, 2],
  value: [20, 24, 30, 99, null, 5],
  quality: ['good', 'good', 'good', 'out_of_range', 'offline', 'stale'],
  observed_at: ['2026-11-26T01:00:00Z', '2026-11-26T01:00:05+00:00', '2026-11-26T08:59:59+08:00', '2026-11-26T02:00:00Z', '2026-11-26T02:00:00Z', null],
};
const at = ({ idx, rgba }, wanted) => [...rgba.slice(idx.indexOf(wanted) * 4, idx.indexOf(wanted) * 4 + 4)];

test('only a good value is believed; the rest is counted by what is wrong with it', () => {
  const sensors = sensorsOf(LATEST);
  assert.deepEqual(sensors.map((one) => one.value), [20, 24, 30, null, null, null]);
  assert.deepEqual(doubtsOf(sensors), [['out_of_range', 1], ['offline', 1], ['stale', 1]]);
});

test('a room has the mean of its believed sensors, or nothing; a device in no room colours none', () => {
  assert.deepEqual([...roomsOf(sensorsOf(LATEST))], [[1, 22], [2, 30], [3, null]]);
});

test('the data time is the newest of believed values, whatever zone it was said in', () => {
  assert.equal(newestOf(sensorsOf(LATEST)), '2026-11-26T01:00:05+00:00');
  assert.equal(newestOf([]), null);
});

test('devices and rooms have the colour of their value; what is not known is grey; others are not named', () => {
  const colours = colourings(sensorsOf(LATEST), { from: 20, to: 30 }, 'viridis');
  assert.deepEqual(at(colours, 10), [...ramp('viridis', 0), 255]);
  assert.deepEqual(at(colours, 2), [...ramp('viridis', 1), 255]);
  assert.deepEqual(at(colours, 1), [...ramp('viridis', 0.2), 255]);
  for (const grey of [3, 13, 14, 15]) assert.deepEqual(at(colours, grey), [...rgb(NO_VALUE), 255]);
  assert.deepEqual([...colours.idx].sort((a, b) => a - b), [1, 2, 3, 10, 11, 12, 13, 14, 15]);
});

test('one stray among a few dozen does not stretch the ramp; without strays it spans everything', () => {
  const calm = Array.from({ length: 20 }, (_, i) => 20 + i * 0.2);
  assert.deepEqual(rangeOf(calm), { min: 20, max: 23.8, from: 20, to: 23.8 });
  assert.deepEqual(rangeOf([...calm, 80]), { min: 20, max: 80, from: 20, to: 23.8 });
  assert.deepEqual(rangeOf([1, 2, 50]), { min: 1, max: 50, from: 1, to: 50 });
  assert.deepEqual(rangeOf([5, 5, 5, 5, 5, 9]), { min: 5, max: 9, from: 5, to: 9 });
  assert.equal(rangeOf([]), null);
});

test('all of one value have the middle of the ramp', () => {
  const colours = colourings(sensorsOf({ ...LATEST, value: [7, 7, 7, 7, 7, 7] }), { from: 7, to: 7 }, 'viridis');
  assert.deepEqual(at(colours, 10), [...ramp('viridis', 0.5), 255]);
});

test('the field is of one storey alone, or of the plan that is open', () => {
  assert.equal(storeyShown({ isolation: { storeyIds: ['a'] }, planStorey: 'b' }), 'a');
  assert.equal(storeyShown({ isolation: { storeyIds: ['a', 'c'] }, planStorey: 'b' }), null);
  assert.equal(storeyShown({ isolation: null, planStorey: 'b' }), 'b');
  assert.equal(storeyShown({ isolation: null, planStorey: null }), null);
});

const square = (x, y, size) => [[x, y], [x + size, y], [x + size, y + size], [x, y + size]];

test('a footprint is what its polygons cover, without their holes; polygons that overlap do not cancel each other', () => {
  const mask = (polygons) => footprintMask(polygons, [0, 0, 10, 10], 10, 10);
  const count = (polygons) => mask(polygons).reduce((sum, one) => sum + one, 0);
  assert.equal(count([[square(2, 3, 4)]]), 16);
  assert.equal(mask([[square(2, 3, 4)]])[3 * 10 + 2], 1);
  assert.equal(mask([[square(2, 3, 4)]])[2 * 10 + 2], 0);
  assert.equal(count([[square(0, 0, 10), square(4, 4, 2)]]), 96);
  assert.equal(count([[square(0, 0, 6)], [square(4, 4, 6)]]), 36 + 36 - 4);
  assert.equal(count([[square(-5, -5, 7)], [square(20, 20, 3)]]), 4);
  assert.equal(count([]), 0);
});

test('rooms and walls make a footprint; a plan with neither has none', () => {
  assert.deepEqual(footprintOf({ spaces: [{ rings: [square(0, 0, 2)] }, { rings: [] }], walls: [square(2, 0, 1)] }), [[square(0, 0, 2)], [square(2, 0, 1)]]);
  assert.equal(footprintOf({ spaces: [], walls: [] }), null);
});

test('a storey full of sensors gets coarser cells', () => {
  assert.equal(cellFor(40, 20, 10), 0.5);
  assert.ok(cellFor(80, 80, 500) > 1);
});

const SCENE = { buildings: [{ building_id: 'a', bbox: [0, 0, 0, 20, 10, 4], storeys: [{ storey_id: 'g', elevation_m: 0, height_m: 4, ordinal: 0, number: 1, name: '' }] }] };

test('outside of its footprint nothing is drawn', () => {
  const plane = new HeatPlane({});
  const samples = [[3, 5, 2, 20], [8, 5, 2, 25], [13, 5, 2, 30]];
  const within = [[[[0, 0], [10, 0], [10, 10], [0, 10]]]];
  assert.equal(plane.set({ storeyId: 'g', samples, within }, SCENE).samples, 3);
  const { data, width } = plane.field.image;
  const drawn = (x, y) => data[(Math.floor(y / 0.5) * width + Math.floor(x / 0.5)) * 2 + 1];
  assert.ok(drawn(8, 5) > 250);
  assert.equal(drawn(12, 5), 0, 'near a sensor, but not in the storey');
  plane.dispose();
});

const engineOf = (heats) => ({
  scene: SCENE,
  markerAt: (idx) => (idx < 50 ? { position: [idx, 5, 2], storey: 1 } : { position: [idx, 5, 6], storey: 2 }),
  setHeat: (heat) => heats.push(heat) && heat && { samples: heat.samples.length, reach_m: 12 },
});
const good = (idx, value) => ({ idx, value, space: null, quality: 'good', observed_at: null });
const RANGE = { from: 0, to: 9 };

test('a field needs three sensors of its storey, waits for the footprint and is drawn once a batch', async () => {
  const heats = [];
  let arrived = 0;
  const field = new SensorField(engineOf(heats), { plan: async () => ({ spaces: [], walls: [square(0, 0, 5)] }) }, () => arrived++);
  const draw = (sensors, storey = 'g', wanted = true) => field.draw(storey, wanted, sensors, RANGE, ['#000000', '#ffffff']);
  assert.deepEqual(draw([good(1, 2), good(2, 3), good(60, 4), { ...good(3, null), quality: 'stale' }]), { state: 'few', samples: 2 });
  const three = [good(1, 2), good(2, 3), good(3, 4)];
  draw(three);
  await new Promise((done) => setTimeout(done));
  assert.deepEqual([arrived, heats.length], [1, 0]);
  assert.deepEqual(draw(three), { state: 'shown', samples: 3, reach_m: 12 });
  draw(three);
  assert.equal(heats.length, 1, 'the same values are not reckoned again');
  assert.deepEqual(heats[0].samples, [[1, 5, 2, 2], [2, 5, 2, 3], [3, 5, 2, 4]]);
  assert.deepEqual([heats[0].min, heats[0].max], [0, 9]);
  assert.deepEqual(draw([good(1, 9), ...three.slice(1)]).state, 'shown');
  assert.equal(heats.length, 2);
  assert.deepEqual(draw(three, 'g', false), { state: 'off' });
  assert.deepEqual(draw(three, null), { state: 'none' });
  assert.deepEqual(heats.slice(2), [null], 'taken away, and once');
});
