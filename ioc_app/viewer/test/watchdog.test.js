import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ceiling, usage } from '../src/watchdog/ceiling.js';
import { Drift } from '../src/watchdog/drift.js';
import { Faults } from '../src/watchdog/faults.js';
import { Reloading } from '../src/watchdog/reload.js';

test('a clock is off when it is by more than two seconds, whatever the way takes', () => {
  const drift = new Drift();
  const asked = (off, rtt = 100) => drift.take({ asked: 10_000 + off, answered: 10_000 + off + rtt, server: 10_000 + rtt / 2 });
  asked(1900);
  assert.deepEqual([drift.seconds, drift.isShown], [1.9, false]);
  asked(-2100);
  assert.deepEqual([drift.seconds, drift.isShown], [-2.1, true]);
  asked(-1800);
  assert.equal(drift.isShown, true, 'no flicker about the limit');
  asked(9000, 2500);
  assert.equal(drift.seconds, -1.8, 'an answer that took long says nothing');
  asked(0);
  assert.equal(drift.isShown, false);
});

test('too much is too much three times in a row, in memory or in what is drawn', () => {
  const ceiling = new Ceiling();
  assert.deepEqual([5, 5, 3, 5, 5, 5].map((used) => ceiling.take(used, 4)), [false, false, false, false, false, true]);
  assert.deepEqual(usage({ memory: { usedJSHeapSize: 300 * 2 ** 20 } }, { geometries: 1, textures: 1 }, 200), [300, 200]);
  assert.deepEqual(usage({}, { geometries: 40, textures: 2 }, 200)[0], 42);
});

test('five faults within a minute are too many', () => {
  const faults = new Faults();
  assert.deepEqual([0, 20, 40, 60, 79].map((s) => faults.take(s * 1000)), [false, false, false, false, false]);
  assert.deepEqual([80, 81, 82].map((s) => faults.take(s * 1000)), [false, true, true]);
});

const tab = () => {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
};

test('a page is loaded anew once in ten minutes, and never into a server that does not answer', async () => {
  const storage = tab();
  const seen = { answers: false, reloads: 0 };
  const page = () => new Reloading(storage, { answers: async () => seen.answers, reload: () => (seen.reloads += 1) });
  const first = page();
  await first.quiet(0);
  first.want('memory', '3 of 2');
  first.want('errors', 'later reasons change nothing');
  await first.quiet(1000);
  assert.equal(seen.reloads, 0, 'the server is away');
  seen.answers = true;
  await first.quiet(2000);
  assert.equal(seen.reloads, 1);
  const second = page();
  assert.deepEqual(second.why(3000), { reason: 'memory', detail: '3 of 2', at: 2000 });
  second.want('errors', 'again');
  await second.quiet(601_000);
  assert.equal(seen.reloads, 1);
  assert.equal(second.why(700_000), null);
  await second.quiet(603_000);
  assert.equal(seen.reloads, 2);
});

test('what the tab keeps may be anything', () => {
  const storage = tab();
  for (const said of ['{', '{"at":"x"}', '7']) {
    storage.setItem('campus-reloaded', said);
    assert.equal(new Reloading(storage, { answers: async () => true, reload() {} }).why(0), null);
  }
});
