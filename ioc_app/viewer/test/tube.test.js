import assert from 'node:assert/strict';
import test from 'node:test';
import { across, joined, tubesOf } from '../src/underground/tube.js';

test('a tube is as wide in plan and as tall in height as it is told, on both ends', () => {
  const { position, rgba } = tubesOf([[0, 0, 5, 10, 0, 5, 0.4, 0.7]], [1, 2, 3, 72]);
  const [xs, ys, zs] = [0, 1, 2].map((k) => position.filter((_, n) => n % 3 === k));
  assert.deepEqual([Math.min(...xs), Math.max(...xs)], [0, 10]);
  assert.ok(Math.abs(Math.max(...ys) - 0.4) < 1e-6 && Math.abs(Math.min(...ys) + 0.4) < 1e-6);
  assert.ok(Math.max(...zs) - 5 > 0.6 && Math.max(...zs) - 5 <= 0.7 + 1e-6);
  for (let n = 0; n < ys.length; n++) assert.ok(Math.abs((ys[n] / 0.4) ** 2 + ((zs[n] - 5) / 0.7) ** 2 - 1) < 1e-5);
  assert.equal(rgba.length / 4, position.length / 3);
  assert.deepEqual([...rgba.slice(-4)], [1, 2, 3, 72]);
});

test('an upright pipe and one of no length have a tube without holes in its numbers', () => {
  for (const part of [[1, 2, 3, 1, 2, 9, 0.4, 0.7], [1, 2, 3, 1, 2, 3, 0.4, 0.7]]) {
    const { level, up } = across(part);
    assert.ok([...level, ...up, ...tubesOf([part], [0, 0, 0, 0]).position].every(Number.isFinite));
  }
});

test('several layers are one mesh, none is nothing', () => {
  const one = tubesOf([[0, 0, 0, 1, 0, 0, 1, 1]], [9, 9, 9, 9]);
  const both = joined([one, one]);
  assert.equal(both?.position.length, 2 * one.position.length);
  assert.deepEqual(both?.rgba.slice(one.rgba.length), one.rgba);
  assert.equal(joined([]), null);
});
