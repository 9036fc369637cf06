import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recalledSound, rememberSound } from '../src/desk/sound/kept.js';
import { isDue, isMuted, levelToSound, MUTE_MS, mutedNow } from '../src/desk/sound/rules.js';
import { sound } from '../src/desk/sound/tones.js';

/** @param {string} id @param {string} level @param {object} [more] @returns {any} */
const alarm = (id, level, more = {}) => ({ alarm_id: id, level, acknowledged: false, shelved: false, suppressed_by: null, ...more });

test('the gravest unacknowledged level sounds; what is acknowledged, shelved or in maintenance does not', () => {
  assert.equal(levelToSound([alarm('1', 'C'), alarm('2', 'A')], null, 0), 3);
  assert.equal(levelToSound([alarm('1', 'C'), alarm('2', 'major', { acknowledged: true }), alarm('3', 'A', { shelved: true }), alarm('4', 'B', { suppressed_by: 'w' })], null, 0), 1);
  assert.equal(levelToSound([], null, 0), 0);
});

test('muting silences what stands for ten minutes, then it sounds again', () => {
  const standing = [alarm('1', 'major'), alarm('2', 'C')];
  const mute = mutedNow(standing, 1000);
  assert.equal(levelToSound(standing, mute, 1000), 0);
  assert.equal(levelToSound(standing, mute, 1000 + MUTE_MS - 1), 0);
  assert.equal(levelToSound(standing, mute, 1000 + MUTE_MS), 4);
  assert.equal(isMuted(mute, 1000 + MUTE_MS), false);
  assert.equal(isMuted(null, 0), false);
});

test('a new grave alarm breaks the mute, a new mild one does not, one that became graver does', () => {
  const standing = [alarm('1', 'A'), alarm('2', 'B')];
  const mute = mutedNow(standing, 0);
  assert.equal(levelToSound([...standing, alarm('3', 'B'), alarm('4', 'C')], mute, 5), 0);
  assert.equal(levelToSound([...standing, alarm('3', 'A')], mute, 5), 3);
  assert.equal(levelToSound([alarm('1', 'major')], mute, 5), 4);
  assert.equal(levelToSound([alarm('2', 'A')], mute, 5), 3);
  const again = mutedNow([...standing, alarm('3', 'A')], 5);
  assert.equal(levelToSound([...standing, alarm('3', 'A')], again, 6), 0, 'and can be muted as well');
});

test('each level repeats in its own time, the graver the sooner; graver ones do not wait', () => {
  const waits = [1, 2, 3, 4].map((level) => {
    let wait = 0;
    while (!isDue(level, { level, at: 0 }, wait)) wait += 500;
    return wait;
  });
  assert.deepEqual([...waits].sort((one, other) => other - one), waits);
  assert.ok(waits[3] >= 2000 && waits[3] <= 10_000, 'every few seconds');
  assert.equal(isDue(4, { level: 2, at: 0 }, 1), true);
  assert.equal(isDue(2, { level: 4, at: 0 }, 1), false);
  assert.equal(isDue(1, null, 0), true);
  assert.equal(isDue(0, null, 0), false);
});

test('every note of a tone has an end, and no level sounds like another', () => {
  /** @type {string[]} */
  const heard = [];
  class Node {
    /** @param {any} _audio @param {any} options */
    constructor(_audio, options) {
      this.options = options;
      this.gain = { setValueAtTime() {}, linearRampToValueAtTime() {} };
    }

    connect(/** @type {any} */ next) {
      return next;
    }

    start(/** @type {number} */ at) {
      this.at = at;
    }

    stop(/** @type {number} */ at) {
      assert.ok(at > Number(this.at));
      heard.push(`${this.options.frequency}@${Number(this.at).toFixed(2)}`);
    }
  }
  Object.assign(globalThis, { OscillatorNode: Node, GainNode: Node });
  const tunes = [1, 2, 3, 4].map((level) => {
    heard.length = 0;
    sound(/** @type {any} */ ({ currentTime: 1, destination: null }), level);
    return heard.join(' ');
  });
  assert.equal(new Set(tunes).size, 4);
});

test('a browser remembers whether it sounds, and a mute until it is over', () => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  Object.assign(globalThis, { window: { localStorage: { getItem: (/** @type {string} */ name) => kept.get(name) ?? null, setItem: (/** @type {string} */ name, /** @type {string} */ value) => kept.set(name, value) } } });
  assert.deepEqual(recalledSound(0), { on: true, mute: null });
  const mute = mutedNow([alarm('1', 'A')], 0);
  rememberSound({ on: false, mute });
  assert.deepEqual(recalledSound(1), { on: false, mute });
  assert.deepEqual(recalledSound(MUTE_MS), { on: false, mute: null });
  for (const broken of ['', '{', 'null', '[]', '{"mute":{"until":"x"}}', '{"mute":{"until":9e99}}']) {
    kept.set('campus-alarm-sound', broken);
    assert.equal(recalledSound(0).mute, null, broken);
  }
});
