import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureStates, STATE_WIDTH, storeyAt, storeyLifts } from '../src/engine/states.js';

const texel = (states, idx) => [...states.bytes.subarray(idx * 4, idx * 4 + 4)];

test('the texture holds every idx', () => {
  const states = new FeatureStates(STATE_WIDTH * 2 + 1, 3);
  assert.equal(states.texture.image.height, 3);
  assert.equal(states.bytes.length, STATE_WIDTH * 3 * 4);
});

test('colouring replaces what was coloured and leaves hidden features hidden', () => {
  const states = new FeatureStates(10, 0);
  states.setHidden([2], true);
  states.colourBy(Uint32Array.of(1, 2), Uint8Array.of(10, 20, 30, 255, 40, 50, 60, 255));
  assert.deepEqual(texel(states, 1), [10, 20, 30, 127]);
  assert.deepEqual(texel(states, 2), [40, 50, 60, 255]);
  states.colourBy(Uint32Array.of(3), Uint8Array.of(1, 2, 3, 128));
  assert.equal(texel(states, 1)[3], 0);
  assert.equal(texel(states, 2)[3], 128);
  assert.deepEqual(texel(states, 3), [1, 2, 3, 64]);
});

test('colours of another length than their idx are refused, features of another generation ignored', () => {
  const states = new FeatureStates(4, 0);
  assert.throws(() => states.colourBy(Uint32Array.of(1), Uint8Array.of(1, 2, 3)), /1 idx but 3 bytes/);
  states.colourBy(Uint32Array.of(4_000_000), Uint8Array.of(1, 2, 3, 255));
  states.setHidden([4_000_000], true);
  assert.equal(states.hiddenCount, 0);
});

test('hiding counts each feature once, and showing all forgets', () => {
  const states = new FeatureStates(10, 0);
  states.setHidden([1, 1, 2], true);
  assert.equal(states.hiddenCount, 2);
  assert.equal(states.differsFromMeshes, true);
  states.setHidden([1, 3], false);
  assert.equal(states.hiddenCount, 1);
  states.clearHidden();
  assert.equal(states.differsFromMeshes, false);
});

test('an isolated storey hides what stands on others and on none', () => {
  const states = new FeatureStates(4, 2);
  states.setStoreys(Uint32Array.of(1, 2), Uint16Array.of(1, 2));
  states.isolate([2]);
  assert.deepEqual([0, 1, 2].map((idx) => states.isShown(idx)), [false, false, true]);
  states.isolate(null);
  assert.deepEqual([0, 1, 2].map((idx) => states.isShown(idx)), [true, true, true]);
});

test('storeys above ground rise by what stands below them, basements sink, the ground floor stays', () => {
  const storeys = [
    { elevation_m: -4, height_m: 4, ordinal: -1, number: 1 },
    { elevation_m: 0, height_m: 5, ordinal: 0, number: 2 },
    { elevation_m: 5, height_m: 4, ordinal: 1, number: 3 },
    { elevation_m: 9, height_m: 4, ordinal: 2, number: 4 },
  ];
  const lifts = storeyLifts([...storeys].reverse(), 1);
  assert.equal(lifts.get(2), 0);
  assert.ok(lifts.get(1) < -4);
  assert.ok(lifts.get(3) >= 5 && lifts.get(4) > lifts.get(3) + 4);
  assert.ok([...storeyLifts(storeys, 0).values()].every((metres) => metres === 0 || Object.is(metres, -0)));
});

test('a point in a building is on the highest storey below it, one outside on none', () => {
  const buildings = [{ building_id: 'a', name: 'A', code: '', bbox: [0, 0, -4, 10, 10, 12], storeys: [
    { storey_id: '1', name: '', elevation_m: 0, height_m: 4, ordinal: 0, number: 5 },
    { storey_id: '2', name: '', elevation_m: 4, height_m: 4, ordinal: 1, number: 6 },
  ] }];
  assert.equal(storeyAt([5, 5, 3], buildings), 5);
  assert.equal(storeyAt([5, 5, 4], buildings), 6);
  assert.equal(storeyAt([5, 5, 11], buildings), 6);
  assert.equal(storeyAt([5, 5, -3], buildings), 0);
  assert.equal(storeyAt([11, 5, 3], buildings), 0);
});
