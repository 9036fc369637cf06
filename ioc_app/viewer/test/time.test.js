/** The time bar: where a moment stands, what comes next, how it plays, and what is asked meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Player, RATES, TICK_MS } from '../src/time/player.js';
import { heights, momentAt, nextOf, shareOf, SPANS, stepOf, stretchOf } from '../src/time/scale.js';
import { LEAST_MS, Shown } from '../src/time/shown.js';
import { Api } from '../src/ui/api.js';
import { Present } from '../src/ui/present.js';
import { Store } from '../src/ui/store.js';

const NOW = Date.parse('2026-11-26T06:05:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('until now while now is shown; all of it since the first thing that is kept', () => {
  for (const [name, length] of Object.entries(SPANS)) {
    const stretch = stretchOf(name, { now: NOW, first: NOW - 400 * DAY, at: null });
    assert.deepEqual(stretch, { from: NOW - (length || 400 * DAY), to: NOW });
  }
});

test('a moment within it leaves the bar where it is; one before it is put in the middle, and stays there', () => {
  assert.equal(stretchOf('24h', { now: NOW, first: null, at: NOW - HOUR }).to, NOW);
  const around = stretchOf('24h', { now: NOW, first: null, at: NOW - 10 * DAY });
  assert.equal(shareOf(NOW - 10 * DAY, around), 0.5);
  assert.equal(stretchOf('24h', { now: NOW + 60_000, first: null, at: around.from + 5, before: around }), around);
  const next = stretchOf('24h', { now: NOW, first: null, at: around.to + 1, before: around });
  assert.ok(next.from < around.to && next.to > around.to + 1 && next.to <= NOW);
  assert.equal(stretchOf('7d', { now: NOW, first: null, at: around.from + 5, before: around }).to - NOW, around.from + 5 + 3.5 * DAY - NOW);
});

test('there and back again, to the second', () => {
  const stretch = stretchOf('30d', { now: NOW, first: null, at: null });
  for (const at of [stretch.from, NOW - 12 * DAY - 34_000, NOW]) assert.ok(Math.abs(momentAt(shareOf(at, stretch), stretch) - at) <= 500);
  assert.equal(shareOf(stretch.from - DAY, stretch), 0);
  assert.equal(momentAt(0.123, stretch) % 1000, 0);
});

test('a step of the keyboard is one that people count in', () => {
  assert.deepEqual(Object.keys(SPANS).map((one) => stepOf(stretchOf(one, { now: NOW, first: NOW - 365 * DAY, at: null })) / 1000), [15, 600, 3600, 10_800, 604_800]);
});

test('what comes next, whatever the order', () => {
  const marks = [{ at: 30 }, { at: 10 }, { at: 20 }, { at: 20 }];
  assert.equal(nextOf(marks, 10, 1)?.at, 20);
  assert.equal(nextOf(marks, 25, -1)?.at, 20);
  assert.equal(nextOf(marks, 30, 1), null);
  assert.equal(nextOf(marks, 10, -1), null);
});

test('of one thing among many something is seen', () => {
  const found = heights([0, 1, 10_000]);
  assert.equal(found[0], 0);
  assert.equal(found[2], 1);
  assert.ok(found[1] > 0.1);
  assert.deepEqual(heights([]), []);
});

/** A player on a clock that the test moves. */
function played(at, { rate = 60, now = NOW } = {}) {
  const one = { at, real: 0, sets: [], run: () => {}, stopped: 0 };
  const player = new Player(
    { at: () => one.at, now: () => now, set: (next) => one.sets.push((one.at = next)), changed: () => {} },
    { real: () => one.real, tick: (run) => ((one.run = run), () => (one.stopped += 1)) },
  );
  player.rate = rate;
  return { one, player };
}

test('it runs as fast as it says, also where a tick comes late', () => {
  for (const rate of RATES) {
    const { one, player } = played(NOW - DAY, { rate });
    player.play();
    for (const passed of [TICK_MS, TICK_MS, 3 * TICK_MS]) {
      one.real += passed;
      one.run();
    }
    assert.equal(one.at - (NOW - DAY), 5 * TICK_MS * rate);
    assert.equal(one.sets.length, 3); // what it missed is skipped
  }
});

test('where somebody went meanwhile it goes on from there, and back at now it ends', () => {
  const { one, player } = played(NOW - DAY);
  player.play();
  one.at = NOW - HOUR;
  one.real += 1000;
  one.run();
  assert.equal(one.at, NOW - HOUR + 60_000);
  one.real += HOUR;
  one.run();
  assert.equal(one.at, null);
  assert.equal(player.playing, false);
  assert.equal(one.stopped, 1);
});

test('from now there is nothing to play, and a pause stops it', () => {
  const { one, player } = played(null);
  player.play();
  assert.equal(player.playing, false);
  one.at = NOW - DAY;
  player.toggle();
  assert.equal(player.playing, true);
  player.toggle();
  assert.deepEqual([player.playing, one.stopped, one.sets], [false, 1, []]);
});

const columns = (idx, state, value) => ({ n: idx.length, idx: packed(Uint32Array.from(idx)), state: packed(Uint8Array.from(state)), value: packed(Float32Array.from(value)) });
const packed = (array) => Buffer.from(array.buffer).toString('base64');

class FakeEngine {
  constructor() {
    this.live = new Map();
    this.trails = [];
    this.scene = { generation: 4 };
  }
  resetLive() {
    this.live.clear();
  }
  setLive({ idx, state, value }) {
    idx.forEach((one, n) => this.live.set(one, [state[n], value[n]]));
  }
  setEvents(events) {
    this.events = events;
  }
  setTrails(trails) {
    this.trails = trails;
  }
  moveTo() {}
}

const state = (more = {}) => new Store({ at: null, then: null, alarms: new Map(), presentAlarms: new Map(), incidents: new Map(), events: [], flood: null, language: 'zh', ...more });
const alarm = (originator, more = {}) => ({ originator, alarm_type: 't', closed: false, ...more });
const answer = (at, originators, more = {}) => ({
  at: new Date(at).toISOString(), generation: 4, generation_then: 3, values: columns([7], [3], [21.5]), alarms: originators.map((one) => alarm(one)), flood: { count: 1 }, incidents: [],
  events: [{ event_id: 'e', seq: 1, type: 'visit', occurred_at: '' }, { event_id: 'm', seq: 2, type: 'position', originator: 'p', scene: [1, 2, 3], occurred_at: '2026-11-26T00:00:00Z' }],
  trails: { q: [[0, 0, 0, 1], [1, 1, 1, 2]] }, ...more,
});
const soon = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

test('a moment fills the map and the lists; the stream goes on behind it, and is there again at once', async () => {
  const [engine, store] = [new FakeEngine(), state()];
  const present = new Present(engine, store);
  present.values({ head: { snapshot: true }, idx: Uint32Array.of(7), state: Uint8Array.of(0), value: Float32Array.of(1) });
  present.alarms({ alarms: [alarm('now')], snapshot: true, flood: { count: 0 } });
  const shown = new Shown({ engine, store, api: { get: async () => answer(NOW - DAY, ['then']) } }, assert.fail);
  store.set({ at: NOW - DAY });
  await soon(20);
  assert.deepEqual([...store.state.alarms.values()].map((one) => one.originator), ['then']);
  assert.deepEqual(engine.live.get(7), [3, 21.5]);
  assert.deepEqual(store.state.then, { at: NOW - DAY, generation: 4, generationThen: 3 });
  assert.deepEqual(store.state.events.map((one) => one.event_id), ['e']);
  assert.deepEqual(engine.trails.map(({ id, points }) => [id, points.length]), [['q', 2], ['p', 1]]);
  // meanwhile
  present.values({ head: { snapshot: false }, idx: Uint32Array.of(7, 8), state: Uint8Array.of(1, 2), value: Float32Array.of(5, 6) });
  present.alarms({ alarms: [alarm('later')], snapshot: false });
  assert.deepEqual([...store.state.alarms.values()].map((one) => one.originator), ['then']);
  assert.equal(store.state.presentAlarms.size, 2);
  assert.deepEqual([...engine.live.keys()], [7]);
  store.set({ at: null });
  assert.deepEqual([...store.state.alarms.values()].map((one) => one.originator), ['now', 'later']);
  assert.deepEqual([...engine.live], [[7, [1, 5]], [8, [2, 6]]]);
  assert.deepEqual([store.state.then, store.state.flood], [null, { count: 0 }]);
  shown.stop();
  present.stop();
});

test('while an answer is under way only the newest wish counts, and never more than two a second', async () => {
  const [engine, store] = [new FakeEngine(), state()];
  const asked = [];
  const get = async (path) => {
    asked.push([Date.parse(decodeURIComponent(path.split('=')[1])), performance.now()]);
    await soon(120);
    return answer(asked.at(-1)[0], [String(asked.length)]);
  };
  const shown = new Shown({ engine, store, api: { get } }, assert.fail);
  for (let n = 0; n < 40; n++) {
    store.set({ at: NOW - DAY + n * 1000 });
    await soon(15);
  }
  await soon(LEAST_MS + 400);
  shown.stop();
  assert.equal(store.state.then.at, NOW - DAY + 39_000);
  assert.ok(asked.length >= 2 && asked.length <= 4, `${asked.length} asked`);
  const gaps = asked.slice(1).map(([, at], n) => at - asked[n][1]);
  assert.ok(gaps.every((one) => one >= LEAST_MS - 20), `${gaps}`);
});

test('an answer that comes after the way back changes nothing', async () => {
  const [engine, store] = [new FakeEngine(), state({ at: NOW - DAY })];
  const shown = new Shown({ engine, store, api: { get: async () => (await soon(30), answer(NOW - DAY, ['then'])) } }, assert.fail);
  await soon(10);
  store.set({ at: null });
  await soon(60);
  shown.stop();
  assert.equal(store.state.alarms.size, 0);
  assert.equal(engine.live.size, 0);
});

test('cards are asked about the moment; nothing can be done in it, and the reason is said', async () => {
  const api = new Api('/api/v1');
  const asked = [];
  globalThis.fetch = async (url) => (asked.push(url), { ok: true, status: 200, json: async () => ({}) });
  globalThis.document ??= { cookie: '' };
  const paths = ['/points?device_code=a', '/points/latest?quantity=t', '/alarms/a1', '/incidents/i1', '/features/x', '/moments?from=a', '/incidents?open=true', '/alarms/actors?start=1', '/points/quantities', '/incidents/terms'];
  api.at = () => NOW;
  for (const path of paths) await api.get(path);
  assert.deepEqual(asked.map((one) => one.includes('at=2026-11-26T06:05:00.000Z')), [true, true, true, true, false, false, false, false, false, false]);
  assert.equal(new URL(asked[2], 'http://x').searchParams.get('at'), '2026-11-26T06:05:00.000Z');
  for (const path of ['/alarms/acts', '/incidents', '/incidents/i1/orders', '/handover']) {
    await assert.rejects(api.post(path, {}), (fault) => fault.code === 'not_now' && fault.text.zh.includes('不能处置') && fault.text.en.includes('Go back to now'));
  }
  assert.equal(asked.length, paths.length);
  await api.post('/walls/north/show', {});
  api.at = () => null;
  await api.post('/alarms/acts', {});
  assert.equal(asked.length, paths.length + 2);
});
