/** Colours: lighter means more, categories can be told apart, every value gets the colour of its legend. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colours } from '../src/ui/colouring.js';
import { MAX_CATEGORIES, OTHER, RAMPS, category, ramp, rgb } from '../src/ui/palettes.js';

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

const LAYER = /** @type {any} */ ({ colour_column: 'kind', colours: { door: '#112233' } });
const HEAD = { title: { zh: '', en: '' }, unit: 'm' };

test('numbers run from one end of the ramp to the other', () => {
  const values = /** @type {any} */ ({ ...HEAD, type: 'number', idx: pack(new Uint32Array([7, 9])), value: pack(new Float32Array([2, 6])), min: 2, max: 6 });
  const { idx, rgba, legend } = colours(values, LAYER, 'length_m', 'viridis');
  assert.deepEqual([...idx], [7, 9]);
  assert.deepEqual([...rgba], [...ramp('viridis', 0), 255, ...ramp('viridis', 1), 255]);
  assert.deepEqual([legend.min, legend.max, legend.features], [2, 6, 2]);
});

test('one value everywhere divides by nothing', () => {
  const values = /** @type {any} */ ({ ...HEAD, type: 'number', idx: pack(new Uint32Array([1])), value: pack(new Float32Array([5])), min: 5, max: 5 });
  assert.deepEqual([...colours(values, LAYER, 'x', 'viridis').rgba], [...ramp('viridis', 0), 255]);
});

test('classes keep the colours of their layer, the rest is one entry', () => {
  const codes = new Uint16Array([0, 1]);
  const head = { ...HEAD, type: 'category', idx: pack(new Uint32Array([1, 2])), code: pack(codes) };
  const own = colours(/** @type {any} */ ({ ...head, categories: ['door', 'gate'], counts: [5, 3] }), LAYER, 'kind', 'viridis');
  assert.deepEqual([...own.rgba], [...rgb('#112233'), 255, ...rgb(OTHER), 255]);
  const many = Array.from({ length: MAX_CATEGORIES + 4 }, (_, n) => `c${n}`);
  const other = colours(/** @type {any} */ ({ ...head, categories: many, counts: many.map(() => 2) }), LAYER, 'maker', 'viridis');
  assert.deepEqual(other.legend.entries?.at(-1), { value: null, colour: OTHER, count: 8 });
});
