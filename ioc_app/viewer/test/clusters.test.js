import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clusterer, shortCount } from '../src/engine/clusters.js';

/** @param {Clusterer} clusterer @param {[number, number, number][]} things x, y, rank */
function place(clusterer, things) {
  clusterer.reserve(things.length);
  things.forEach(([x, y, rank], i) => {
    clusterer.x[i] = x;
    clusterer.y[i] = y;
    clusterer.rank[i] = rank;
  });
}
const run = (clusterer, things, ...rest) => {
  place(clusterer, things);
  clusterer.run(things.length, 800, 600, 20, ...rest);
  return [...clusterer.leader.subarray(0, things.length)];
};

test('things within reach follow the worst of them, the others stand alone', () => {
  assert.deepEqual(run(new Clusterer(), [[100, 100, 0], [110, 100, 5], [118, 100, 1], [300, 300, 0]]), [1, 1, 1, 3]);
});

test('what is not on screen is in no cluster', () => {
  assert.deepEqual(run(new Clusterer(), [[100, 100, 0], [NaN, 100, 9], [105, 100, 0]]), [0, -1, 0]);
});

test('what is together stays together until it is clearly apart, and then does not come back at once', () => {
  const clusterer = new Clusterer();
  const at = (/** @type {number} */ gap) => run(clusterer, [[100, 100, 0], [100 + gap, 100, 0]])[1];
  assert.equal(at(22), 1, 'too far apart to come together');
  assert.equal(at(19), 0);
  assert.equal(at(25), 0, 'no flicker while the camera trembles');
  assert.equal(at(27), 1);
  assert.equal(at(22), 1);
});

test('who leads goes on leading while the others come and go', () => {
  const clusterer = new Clusterer();
  assert.deepEqual(run(clusterer, [[NaN, 0, 0], [100, 100, 0], [105, 100, 0]]), [-1, 1, 1]);
  assert.deepEqual(run(clusterer, [[102, 100, 0], [100, 100, 0], [105, 100, 0]]), [1, 1, 1]);
  assert.deepEqual(run(clusterer, [[102, 100, 9], [100, 100, 0], [105, 100, 0]]), [0, 0, 0], 'until one is worse');
  clusterer.forget(0);
  assert.equal(clusterer.leader[0], -1);
});

test('a calm leader reaches less far than an alarm', () => {
  const calm = { rank: 5, reach: 10 };
  assert.deepEqual(run(new Clusterer(), [[100, 100, 0], [115, 100, 0]], calm), [0, 1]);
  assert.deepEqual(run(new Clusterer(), [[100, 100, 6], [115, 100, 0]], calm), [0, 0]);
});

test('every leader is out of reach of the others, and everything is within reach of its own', () => {
  let seed = 7;
  const random = () => ((seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647);
  const things = Array.from({ length: 3000 }, () => /** @type {[number, number, number]} */ ([random() * 1000 - 100, random() * 800 - 100, Math.floor(random() * 20)]));
  const leader = run(new Clusterer(), things);
  const away = (/** @type {number} */ i, /** @type {number} */ j) => Math.hypot(things[i][0] - things[j][0], things[i][1] - things[j][1]);
  const leaders = things.map((_, i) => i).filter((i) => leader[i] === i);
  assert.ok(leaders.length > 300 && leaders.length < 2500);
  for (const i of leaders) for (const j of leaders) if (i < j) assert.ok(away(i, j) > 19.99, `${i} and ${j}`);
  things.forEach((thing, i) => {
    assert.ok(away(i, leader[i]) < 20.01);
    assert.ok(thing[2] <= things[leader[i]][2], 'no alarm follows something calm');
  });
});

test('numbers stay short', () => {
  assert.deepEqual([1, 999, 1000, 12_345, 250_000].map(shortCount), ['1', '999', '1k', '12k', '99k']);
});
