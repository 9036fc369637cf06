/** Links restore what they were made from, and a malformed one does no harm. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedLayers, formatLink, parseLink } from '../src/ui/link.js';

const FULL = {
  view: { position: [1.25, -20, 30.5], target: [0, 0.5, 3] },
  layers: { elements: { visible: false, opacity: 1 }, terrain: { visible: true, opacity: 0.35 } },
  selected: 'space:lib:101%20a',
  plan: 'storey:lib:1F',
  colouring: { layer: 'elements', set: 'Pset & Söhne = 1', property: 'Fire.Rating#2', ramp: 'cividis' },
  alone: ['storey:lib:1F', 'storey:lib:2F'],
  explode: { factor: 0.5, buildingId: 'building:lib:A1' },
  section: { min: [-1, -2, -3], max: [4, 5.5, 6] },
  groundOpacity: 0.25,
  dig: { x: 1.5, y: -2, radius: 30 },
  language: 'en',
  theme: 'light',
};

test('a link holds everything', () => {
  assert.deepEqual(parseLink(formatLink(FULL)), FULL);
});

test('the view from above keeps its height', () => {
  const view = { position: [1, 2, 300], target: [1, 2, 0], plan: true, height_m: 250 };
  assert.deepEqual(parseLink(formatLink({ view })).view, view);
});

for (const hash of ['', '#', '#view=', '#view=1,2,3', '#view=a,b,c,d,e,f', '#view=1,2,3,4,5,Infinity', '#lang=xx&theme=pink', '#colour=elements', '#colour=a&set=b', '#colour=a&column=b&attribute=c', '#column=a', '#explode=2:a', '#section=1,2,3', '#ground=1', '#dig=1,2,0', '#alone=', '#%E0%A4%A']) {
  test(`nothing is read from ${JSON.stringify(hash)}`, () => {
    assert.deepEqual(parseLink(hash), {});
  });
}

test('only sound layers are read', () => {
  assert.deepEqual(parseLink('#layers=a:1:0.5;b:2:1;c:1:7;d:0:1;:1:1').layers, { a: { visible: true, opacity: 0.5 }, d: { visible: false, opacity: 1 } });
});

test('layers as the scene starts are not written', () => {
  const scene = { layers: [{ id: 'a', visible: true }, { id: 'b', visible: false }] };
  const state = { a: { visible: true, opacity: 1 }, b: { visible: true, opacity: 1 } };
  assert.deepEqual(Object.keys(changedLayers(/** @type {any} */ (scene), state)), ['b']);
});
