/** Colours: lighter means more, categories can be told apart, every value gets the colour of its legend. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colours, rampEnds } from '../src/ui/colouring.js';
import { MAX_CATEGORIES, NO_VALUE, OTHER, RAMPS, category, ramp, rgb } from '../src/ui/palettes.js';

const pack = (/** @type {ArrayBufferView} */ array) => Buffer.from(array.buffer).toString('base64');
const luminance = (/** @type {number[]} */ [r, g, b]) => 0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2;

for (const name of RAMPS) {
  test(`${name} grows lighter all the way`, () => {
    const steps = Array.from({ length: 101 }, (_, n) => luminance(ramp(name, n / 100)));
    for (let n = 1; n < steps.length; n += 1) assert.ok(steps[n] >= steps[n - 1] - 1e-3, `${n}`);
    assert.deepEqual(ramp(name, -1), ramp(name, 0));
    assert.deepEqual(ramp(name, 2), ramp(name, 1));
  });
}

test('categories differ from each other and from the rest', () => {
  const all = [...Array.from({ length: MAX_CATEGORIES }, (_, n) => category(n)), OTHER];
  assert.equal(new Set(all).size, all.length);
  assert.equal(category(MAX_CATEGORIES), OTHER);
});

/** How cones that see green (deutan), red (protan) or blue (tritan) alike mix linear RGB (Machado, Oliveira, Fernandes 2009, severity 1). */
const SIGHTS = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
/** Ottosson's Oklab: equal distances look equally different; 0.02 is just noticed side by side. */
function oklab(/** @type {number[]} */ linear) {
  const mix = (/** @type {number[][]} */ m, /** @type {number[]} */ v) => m.map((row) => row.reduce((sum, one, n) => sum + one * v[n], 0));
  const cones = mix([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]], linear);
  return mix([[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]], cones.map(Math.cbrt));
}
function seen(/** @type {string} */ hex, /** @type {number[][]} */ sight) {
  const linear = rgb(hex).map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
  return oklab(sight.map((row) => Math.min(1, Math.max(0, row.reduce((sum, one, n) => sum + one * linear[n], 0)))));
}
const apart = (/** @type {number[]} */ a, /** @type {number[]} */ b) => Math.hypot(...a.map((one, n) => one - b[n]));

for (const [name, sight] of Object.entries(SIGHTS)) {
  test(`categories are told apart by ${name} sight, from each other and from what has none`, () => {
    const hues = Array.from({ length: MAX_CATEGORIES }, (_, n) => category(n));
    hues.forEach((one, n) => {
      for (const other of hues.slice(0, n)) assert.ok(apart(seen(one, sight), seen(other, sight)) > 0.1, `${one} ${other}`);
      for (const grey of [OTHER, NO_VALUE]) assert.ok(apart(seen(one, sight), seen(grey, sight)) > 0.06, `${one} ${grey}`);
    });
  });
}

const LAYER = /** @type {any} */ ({ colour_column: 'kind', colours: { door: '#112233' } });
const HEAD = { title: { zh: '', en: '' }, unit: 'm', first: 0, features: 0 };
const by = (/** @type {object} */ field) => /** @type {any} */ ({ layer: 'elements', ramp: 'viridis', ...field });

test('numbers run from one end of the ramp to the other, what has none is its own colour', () => {
  const values = /** @type {any} */ ({ ...HEAD, first: 7, features: 4, type: 'number', idx: pack(new Uint32Array([7, 9])), value: pack(new Float32Array([2, 6])), min: 2, max: 6 });
  const { idx, rgba, legend } = colours(values, LAYER, by({ column: 'length_m' }));
  assert.deepEqual([...idx], [7, 9, 8, 10]);
  const none = [...rgb(NO_VALUE), 255];
  assert.deepEqual([...rgba], [...ramp('viridis', 0), 255, ...ramp('viridis', 1), 255, ...none, ...none]);
  assert.deepEqual([legend.min, legend.max, legend.features, legend.missing], [2, 6, 2, 2]);
});

test('one value everywhere divides by nothing', () => {
  const values = /** @type {any} */ ({ ...HEAD, first: 1, features: 1, type: 'number', idx: pack(new Uint32Array([1])), value: pack(new Float32Array([5])), min: 5, max: 5 });
  assert.deepEqual([...colours(values, LAYER, by({ attribute: 'x' })).rgba], [...ramp('viridis', 0), 255]);
});

test('a few stray values do not paint all the others alike, and the legend says where the ramp ends', () => {
  const usual = Array.from({ length: 98 }, (_, n) => 100 + n); // 100 … 197
  const ends = (/** @type {number[]} */ ...numbers) => rampEnds(Float32Array.from(numbers), Math.min(...numbers), Math.max(...numbers));
  assert.deepEqual(ends(...usual), { from: 100, to: 197 });
  const high = ends(...usual, 3000);
  assert.equal(high.from, 100);
  assert.ok(high.to >= 190 && high.to <= 197);
  const low = ends(...usual, -3000, 0);
  assert.ok(low.from >= 100 && low.from <= 105);
  assert.equal(low.to, 197);
  assert.deepEqual(ends(1, 2, 3, 4, 100), { from: 1, to: 100 }, 'of five values none is stray');
  assert.deepEqual(ends(5, 5, 5, 5), { from: 5, to: 5 });
  assert.deepEqual(ends(...Array.from({ length: 99 }, () => 5), 6), { from: 5, to: 6 }, 'nearly all alike: the one is seen');
  assert.deepEqual(rampEnds(new Float32Array(0), 0, 0), { from: 0, to: 0 });
  const numbers = [...usual, 3000];
  const values = /** @type {any} */ ({ ...HEAD, first: 1, features: 99, type: 'number', idx: pack(Uint32Array.from(numbers, (_, n) => n + 1)), value: pack(Float32Array.from(numbers)), min: 100, max: 3000 });
  const { rgba, legend } = colours(values, LAYER, by({ attribute: 'x' }));
  assert.deepEqual([...rgba.slice(-4)], [...ramp('viridis', 1), 255]);
  assert.deepEqual([legend.min, legend.max, legend.from, legend.to], [100, 3000, high.from, high.to]);
});

const CATEGORY = { ...HEAD, first: 1, features: 2, type: 'category', idx: pack(new Uint32Array([1, 2])) };

test('classes keep the colours of their layer, the rest is one entry', () => {
  const values = /** @type {any} */ ({ ...CATEGORY, code: pack(new Uint16Array([0, 1])), categories: ['door', 'gate', 'ramp'], counts: [5, 3, 1] });
  const own = colours(values, LAYER, by({ column: 'kind' }));
  assert.deepEqual([...own.rgba], [...rgb('#112233'), 255, ...rgb(OTHER), 255]);
  assert.deepEqual(own.legend.entries, [
    { value: 'door', colour: '#112233', count: 5 },
    { value: null, colour: OTHER, count: 4, folded: 2 },
  ]);
});

test('more categories than colours are folded, and drawn as the legend says', () => {
  const many = Array.from({ length: MAX_CATEGORIES + 4 }, (_, n) => `c${n}`);
  const values = /** @type {any} */ ({ ...CATEGORY, code: pack(new Uint16Array([0, MAX_CATEGORIES])), categories: many, counts: many.map(() => 2) });
  const { rgba, legend } = colours(values, LAYER, by({ set: 'Pset_DoorCommon', property: 'kind' }));
  assert.equal(legend.entries?.length, MAX_CATEGORIES + 1);
  assert.deepEqual(legend.entries?.at(-1), { value: null, colour: OTHER, count: 8, folded: 4 });
  assert.deepEqual([...rgba], [...rgb(category(0)), 255, ...rgb(OTHER), 255]);
});
