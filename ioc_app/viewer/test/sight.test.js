/** What cameras see: cells as triangles on the ground, cameras in the order in which they show a place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWithin } from '../src/desk/incidents/near_indoors.js';
import { ranked } from '../src/desk/incidents/near_outdoors.js';
import { areasOf, reach } from '../src/sight/areas.js';
import { BELOW, className, colourOf } from '../src/sight/classes.js';
import { seeingPath } from '../src/sight/rows.js';
import en from '../src/sight/i18n/en.json' with { type: 'json' };

const base64 = (bytes) => Buffer.from(bytes.buffer).toString('base64');
/** Two rows of three cells of 2 m; one of the best class, one below all. */
const CELLS = {
  west: 10, north: 50, cell_m: 2, rows: 2, columns: 3,
  class: base64(Uint8Array.from([0, 1, 0, 0, 0, 5])),
  corner_z: base64(Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, NaN])),
};

test('every seen cell is two triangles on its own corners', () => {
  const { position, rgba } = areasOf(CELLS, colourOf);
  assert.equal(position.length, 2 * 6 * 3);
  assert.equal(rgba.length, 2 * 6 * 4);
  const corners = [...new Set(Array.from({ length: 6 }, (_, n) => [...position.subarray(n * 3, n * 3 + 3)].map((one) => one.toFixed(2)).join(' ')))].sort();
  assert.deepEqual(corners, ['12.00 48.00 6.35', '12.00 50.00 2.35', '14.00 48.00 7.35', '14.00 50.00 3.35']);
  assert.deepEqual([...rgba.subarray(0, 3)], [0xfd, 0xe7, 0x25]);
  assert.deepEqual([...rgba.subarray(24, 27)], [1, 3, 5].map((at) => Number.parseInt(BELOW.slice(at, at + 2), 16)));
});

test('a triangle faces up', () => {
  const { position: p } = areasOf(CELLS, colourOf);
  for (const at of [0, 9, 18, 27]) assert.ok((p[at + 3] - p[at]) * (p[at + 7] - p[at + 1]) - (p[at + 4] - p[at + 1]) * (p[at + 6] - p[at]) > 0);
});

test('an unknown corner takes the middle of the others', () => {
  const { position } = areasOf(CELLS, colourOf);
  const last = [...position.subarray(-3)];
  assert.deepEqual(last.slice(0, 2), [16, 46]);
  assert.ok(Math.abs(last[2] - ((7 + 8 + 11) / 3 + 0.35)) < 1e-4);
});

test('nothing seen is nothing drawn, and the camera is always in the picture', () => {
  const { position } = areasOf({ ...CELLS, rows: 0, columns: 0, class: '', corner_z: '' }, colourOf);
  assert.equal(position.length, 0);
  assert.deepEqual(reach(position, [1, 2, 3]), [1, 2, 3, 1, 2, 3]);
  assert.deepEqual(reach(Float32Array.from([0, 5, 9, 4, 4, 4]), [1, 2, 3]), [0, 2, 3, 4, 5, 9]);
});

const row = (id, visible, px) => ({ feature_id: id, idx: 1, device_code: id, name: id, visible, share: visible ? 1 : 0, px_per_m: px, density: null, reason: visible ? 'seen' : 'hidden', blocked_by: null, distance_m: 9, position: [0, 0, 0], bbox: null, layer_id: 'devices', building_id: null, storey_id: null });
const near = (id, distance_m) => ({ feature_id: id, idx: 1, device_code: id, name: id, distance_m, height_m: 0, same_storey: false, same_building: false, scene: null, building_id: null, storey_id: null });

test('those that see it stand first, the best first, then the near ones by distance', () => {
  const seeing = { inside: null, rows: [row('far', true, 130), row('b', true, 60), row('a', false, null)] };
  const list = ranked([near('a', 5), near('indoors', 7), near('b', 9)], seeing);
  assert.deepEqual(list.map(({ thing, row: one }) => [thing.feature_id, one?.visible ?? null]), [['far', true], ['b', true], ['a', false], ['indoors', null]]);
  assert.equal(list[1].thing.distance_m, 9);
});

test('of a place in a building nothing is said, and the order stays', () => {
  const list = ranked([near('a', 5), near('b', 9)], { inside: { name: 'B' }, rows: [row('b', true, 60)] });
  assert.deepEqual(list.map(({ thing, row: one }) => [thing.feature_id, one]), [['a', null], ['b', null]]);
});

test('a point is asked without its height, a thing by its name', () => {
  assert.equal(seeingPath({ scene: [1, 2, 3] }, 5), '/sight/cameras?others=5&x=1&y=2'); // a face above the ground, not the ground itself
  assert.equal(seeingPath({ feature_id: 'zone:a' }, 5), '/sight/cameras?others=5&feature_id=zone%3Aa');
});

test('what a camera indoors sees has holes', () => {
  const square = (low, high) => [[low, low], [high, low], [high, high], [low, high], [low, low]];
  const rings = [square(0, 10), square(4, 6), square(20, 22)];
  assert.deepEqual([[1, 1], [5, 5], [21, 21], [15, 15], [3, 5], [7, 5], [-1, 5]].map(([x, y]) => isWithin(rings, x, y)), [true, false, true, false, true, true, false]);
  assert.ok(!isWithin([], 1, 1));
});

test('a class that the file adds has the word of the file', () => {
  const tr = { has: (key) => key in en, text: (key) => en[key], title: (title) => title.en };
  const classes = [{ id: 'read_plates', title: { zh: '读车牌', en: 'Read plates' }, px_per_m: 400 }];
  assert.equal(className(tr, 'read_plates', classes), 'Read plates');
  assert.equal(className(tr, 'identify', classes), 'Identify');
  assert.equal(className(tr, null, classes), 'Below detection');
});
