import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortedEvents } from '../src/engine/events.js';
import { isNews, levelOf, LEVELS, RANKS, stateOf } from '../src/engine/levels.js';
import { LEVELS_GLSL } from '../src/engine/levels_glsl.js';
import { LiveStates } from '../src/engine/live.js';
import { plainText } from '../src/engine/text.js';

test('only what has changed goes on, the rest stays as it is known', () => {
  const live = new LiveStates(10);
  const told = [];
  const merge = (idx, state, value) => live.merge(idx, state, value, (...one) => told.push(one));
  assert.equal(merge([1, 2], [4, 5], [20.5, 0]), 2);
  assert.equal(merge([1, 3], [4, 0], [21, 7]), 0, 'new values alone change nothing on the map');
  assert.deepEqual(told, [[1, 4], [2, 5]]);
  assert.deepEqual([live.state[2], live.value[2], live.value[1], live.value[3]], [5, 0, 21, 7]);
  assert.ok(Number.isNaN(live.value[4]), 'nobody has said anything of it');
});

test('features of another generation and unknown states are passed over, arrays of unlike lengths refused', () => {
  const live = new LiveStates(4);
  assert.equal(live.merge([4, 4_000_000_000, 1], [4, 4, 11], null, () => assert.fail('told')), 0);
  assert.throws(() => live.merge([1, 2], [1], null, () => undefined), /2 idx but 1 states/);
  assert.throws(() => live.merge([1], [1], [1, 2], () => undefined), RangeError);
});

test('before a snapshot everything is normal again', () => {
  const live = new LiveStates(4);
  const told = [];
  live.merge([1, 2], [4, 0], [1, 1], () => undefined);
  live.reset((...one) => told.push(one));
  assert.deepEqual(told, [[1, 0]]);
  assert.ok(live.value.every(Number.isNaN));
});

test('each level has its own colour, shape and numeral; acknowledged it is the same level, a little less urgent', () => {
  for (const key of ['colour', 'shape', 'numeral']) assert.equal(new Set(LEVELS.map((one) => one[key])).size, 4);
  for (const level of [1, 2, 3, 4]) {
    const done = stateOf(level, true);
    assert.deepEqual([levelOf(done), isNews(done), isNews(level)], [level, false, true]);
    assert.ok(RANKS[done] < RANKS[level] && (level === 1 || RANKS[done] > RANKS[level - 1]));
  }
  assert.deepEqual([0, 5, 6].map(levelOf), [0, 0, 0]);
  assert.ok(RANKS[1] > RANKS[5] && RANKS[7] > RANKS[5], 'an alarm is worse than silence');
  assert.deepEqual(['C', 'B', 'A', 'major', 'red', null, 9].map((level) => stateOf(level)), [1, 2, 3, 4, 0, 0, 0]);
  assert.match(LEVELS_GLSL, /LEVEL_COLOUR\[5\]/);
});

test('worst first, then newest; an event without a level comes last', () => {
  const events = [
    { id: 'old', level: 'A', at: '2026-11-26T08:00:00Z' }, { id: 'info' }, { id: 'new', level: 3, at: Date.parse('2026-11-26T09:00:00Z') },
    { id: 'seen', level: 'major', acknowledged: true }, { id: 'major', level: 'major' },
  ];
  assert.deepEqual(sortedEvents(events).map(({ id }) => id), ['major', 'seen', 'new', 'old', 'info']);
  assert.deepEqual(sortedEvents([{ id: 'x', position: [1, Infinity, 0] }, { id: 'y', position: 'here' }]).map(({ own }) => own), [null, null]);
});

test('hostile texts become one short harmless line', () => {
  assert.equal(plainText('a\u202Egnp.exe\u202C b'), 'a gnp.exe b', 'no sign turns the text around');
  assert.equal(plainText('\u2066x\u2069\u200F\u061Cy\0\x1B[31mz\r\n\tw\uFEFF'), 'x y [31mz w');
  assert.equal(plainText('烟感  报警\u2028三层'), '烟感 报警 三层');
  assert.equal(plainText(`e${'\u0301'.repeat(50)}`), 'e\u0301\u0301', 'marks are not piled up');
  assert.equal(plainText('\uD800broken\uDC00'), 'broken');
  assert.equal(plainText('<script>alert(1)</script>'), '<script>alert(1)</script>', 'drawn as it stands, never parsed');
  assert.deepEqual([null, undefined, {}, [], () => 1].map((one) => plainText(one)), ['', '', '', '', '']);
  assert.equal(plainText(0), '0');
});

test('long texts are cut between signs, quickly', () => {
  assert.equal(plainText('井盖'.repeat(40), 10), '井盖井盖井盖井盖井…');
  assert.equal(plainText('🔥'.repeat(40), 5), '🔥🔥🔥🔥…');
  assert.equal(Array.from(plainText('x'.repeat(10_000), 32)).length, 32);
  assert.equal(plainText('exactly ten', 11), 'exactly ten');
  assert.equal(plainText(`abc\u0301\u0301def`, 5), 'abc…', 'no marks without their letter at the end');
});
