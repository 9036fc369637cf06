import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readValues } from '../src/live/frames.js';
import { Stream, reconnectDelay } from '../src/live/stream.js';

/** @param {object} head @param {[number, number, number][]} values idx, value, state */
function frame(head, values) {
  let text = JSON.stringify({ ...head, n: values.length });
  while (new TextEncoder().encode(text).length % 4) text += ' ';
  const said = new TextEncoder().encode(text);
  const buffer = new ArrayBuffer(8 + said.length + 9 * values.length);
  const view = new DataView(buffer);
  view.setUint32(0, 0x31425754, true);
  view.setUint32(4, said.length, true);
  new Uint8Array(buffer, 8).set(said);
  const start = 8 + said.length;
  values.forEach(([idx, value, state], n) => {
    view.setUint32(start + 4 * n, idx, true);
    view.setFloat32(start + 4 * (values.length + n), value, true);
    view.setUint8(start + 8 * values.length + n, state);
  });
  return buffer;
}

class FakeSocket {
  /** @type {FakeSocket[]} */
  static made = [];
  /** @param {URL} url */
  constructor(url) {
    this.url = String(url);
    this.closed = false;
    FakeSocket.made.push(this);
  }

  close() {
    this.closed = true;
  }
}

/** @type {[string, unknown][]} */
let seen = [];
const handlers = {
  values: (/** @type {any} */ one) => seen.push(['values', [...one.idx]]),
  events: (/** @type {any} */ events, /** @type {boolean} */ snapshot) => seen.push(['events', [events.length, snapshot]]),
  alarms: (/** @type {any} */ frame) => seen.push(['alarms', [frame.alarms.length, frame.snapshot]]),
  beat: () => seen.push(['beat', 0]),
  connection: (/** @type {string} */ connection) => seen.push(['connection', connection]),
};

beforeEach(() => {
  seen = [];
  FakeSocket.made = [];
  Object.assign(globalThis, { WebSocket: FakeSocket, window: { location: { href: 'http://campus:8050/twin/' }, setTimeout: (/** @type {any[]} */ ...all) => setTimeout(...all) } });
});

const last = () => FakeSocket.made[FakeSocket.made.length - 1];
const connections = () => seen.filter(([what]) => what === 'connection').map(([, said]) => said);

test('a frame is read as it is described, and what is none is refused', () => {
  const { head, idx, value, state } = readValues(frame({ seq: 3, layer: '设备' }, [[70_000, 21.5, 0], [2, Number.NaN, 5]]));
  assert.equal(head.layer, '设备');
  assert.deepEqual([...idx], [70_000, 2]);
  assert.equal(value[0], 21.5);
  assert.ok(Number.isNaN(value[1]));
  assert.deepEqual([...state], [0, 5]);
  const whole = frame({ seq: 1 }, [[1, 1, 1]]);
  assert.throws(() => readValues(whole.slice(0, -1)));
  assert.throws(() => readValues(new ArrayBuffer(4)));
});

test('it comes back with the number it saw last, after a while', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const stream = new Stream('/twin/api/v1', handlers, { random: () => 0.5 });
  assert.equal(last().url, 'ws://campus:8050/twin/api/v1/stream');
  last().onmessage({ data: JSON.stringify({ type: 'resync', epoch: 'abc', seq: 4 }) });
  last().onmessage({ data: frame({ seq: 5 }, [[9, 1, 0]]) });
  assert.deepEqual(connections(), ['connecting', 'live']);
  last().onclose({ code: 1006 });
  assert.deepEqual(connections(), ['connecting', 'live', 'lost']);
  context.mock.timers.tick(reconnectDelay(0, 0.5));
  assert.equal(FakeSocket.made.length, 2);
  assert.ok(last().url.endsWith('?after=abc-5'));
  last().onmessage({ data: JSON.stringify({ type: 'events', epoch: undefined, seq: 6, events: [{}], snapshot: false }) });
  assert.deepEqual(seen.at(-1), ['events', [1, false]]);
  last().onmessage({ data: JSON.stringify({ type: 'alarms', seq: 7, alarms: [{}, {}], snapshot: true }) });
  assert.deepEqual(seen.at(-1), ['alarms', [2, true]]);
  assert.equal(stream.after, 'abc-7');
  stream.close();
});

test('three heartbeats that do not come are a dead socket', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const stream = new Stream('/api/v1', handlers, { random: () => 0 });
  last().onmessage({ data: JSON.stringify({ type: 'beat', epoch: 'a', seq: 0 }) });
  context.mock.timers.tick(29_000);
  assert.deepEqual(connections(), ['connecting', 'live']);
  context.mock.timers.tick(1_001);
  assert.deepEqual(connections().slice(2), ['stale', 'lost']);
  assert.ok(FakeSocket.made[0].closed);
  stream.close();
});

test('an ended session is not knocked at again', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const stream = new Stream('/api/v1', handlers);
  last().onclose({ code: 4401 });
  context.mock.timers.tick(60_000);
  assert.deepEqual([FakeSocket.made.length, connections().at(-1)], [1, 'ended']);
  stream.close();
});

test('waits grow, have an end, and differ', () => {
  const waits = [0, 1, 2, 3, 9].map((failures) => reconnectDelay(failures, 0));
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 15_000]);
  assert.equal(reconnectDelay(0, 1) - reconnectDelay(0, 0), 3000);
});
