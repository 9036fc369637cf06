/** What is typed into an input of time is meant on the campus' own time, wherever the browser is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localMinute, momentOf } from '../src/desk/local_time.js';

const MINUTE_MS = 60_000;
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];

test('a moment is written on the clocks of the zone, and read back as the same', () => {
  for (const zone of ZONES) {
    for (let at = Date.UTC(2026, 0, 1, 0, 7); at < Date.UTC(2027, 0, 1); at += 7 * 3_601_000) {
      const local = localMinute(zone, at);
      assert.equal(local, new Date(at).toLocaleString('sv-SE', { timeZone: zone }).slice(0, 16).replace(' ', 'T'));
      const read = momentOf(zone, local);
      assert.equal(localMinute(zone, read), local, `${zone} ${local}`);
      assert.ok(read === Math.floor(at / MINUTE_MS) * MINUTE_MS || read < at, `${zone} ${local}`); // the first of two
    }
  }
});

test('the hour that is skipped and the hour that comes twice', () => {
  assert.equal(momentOf('Asia/Shanghai', '2026-03-01T10:30'), Date.parse('2026-03-01T02:30Z'));
  assert.equal(momentOf('America/New_York', '2026-03-08T02:30'), Date.parse('2026-03-08T07:30Z'));
  assert.equal(momentOf('America/New_York', '2026-11-01T01:30'), Date.parse('2026-11-01T05:30Z'));
  assert.equal(momentOf('America/New_York', '2026-11-01T02:30'), Date.parse('2026-11-01T07:30Z'));
  assert.ok(Number.isNaN(momentOf('Asia/Shanghai', '')));
});
