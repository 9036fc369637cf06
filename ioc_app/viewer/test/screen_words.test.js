/** Numbers in words, tabs, ticker, digits, colours of the map and how often anything is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import enTexts from '../src/screen/i18n/en.json' with { type: 'json' };
import zhTexts from '../src/screen/i18n/zh.json' with { type: 'json' };
import { NO_VALUE, ramp, rgb } from '../src/ui/palettes.js';
import { Asking } from '../src/screen/asking.js';
import { layerStates } from '../src/screen/campus.js';
import { painted, stepOf } from '../src/screen/colours.js';
import { slots } from '../src/screen/digits.js';
import { arrowOf, clockWords, comparison, meetsTarget, oldest, underline, valueText } from '../src/screen/format.js';
import { weatherOf } from '../src/screen/head.js';
import { placeOf } from '../src/screen/places.js';
import { swiped } from '../src/screen/sheets.js';
import { keyedTab, matches, standing } from '../src/screen/tabs.js';
import { SHOWN, told } from '../src/screen/ticker.js';

/** What a Translator says, of the texts of the screens only: it keeps its own catalogues. @param {'zh' | 'en'} language @param {Record<string, string>} texts */
const speaking = (language, texts) => {
  const locale = { zh: 'zh-CN', en: 'en-GB' }[language];
  const number = (/** @type {number} */ value, /** @type {number} */ least, /** @type {number} */ most) => new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most }).format(value);
  const text = (/** @type {string} */ key, /** @type {Record<string, any>} */ values = {}) => {
    assert.ok(key in texts, key);
    return texts[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  };
  return /** @type {any} */ ({
    language, locale, zone: 'Asia/Shanghai', text,
    title: (/** @type {any} */ one) => one[language], list: (/** @type {string[]} */ some) => some.join('、'), unit: (/** @type {string} */ unit) => unit,
    fixed: (/** @type {number} */ value, /** @type {number} */ digits) => number(value, digits, digits), number: (/** @type {number} */ value, /** @type {number} */ digits) => number(value, 0, digits),
  });
};
const [zh, en] = [speaking('zh', zhTexts), speaking('en', enTexts)];
const AT = '2026-11-26T06:05:00Z'; // 14:05 on the campus
/** @returns {import('../src/screen/format.js').Kpi} */
const kpi = (/** @type {object} */ more = {}) => ({ id: 'a.b', title: { zh: '甲', en: 'A' }, unit: '', decimals: 0, direction: 'lower', target: null, unverified: false, value: 12, state: 'good', true_at: AT, compare: null, ...more });
const against = (/** @type {number} */ value, /** @type {number} */ then, /** @type {object} */ more = {}) => comparison(kpi({ value, compare: { kind: 'yesterday', value: then }, ...more }));

test('a number is compared in percent, a share in points, and which way is better is said', () => {
  assert.deepEqual(against(12, 10), { kind: 'yesterday', by: 20, isShare: true, trend: 'worse' });
  assert.deepEqual(against(12, 10, { direction: 'higher' })?.trend, 'better');
  assert.deepEqual(against(12, 10, { direction: 'neither' })?.trend, 'neither');
  assert.deepEqual(against(93, 95, { unit: '%', direction: 'higher' }), { kind: 'yesterday', by: -2, isShare: false, trend: 'worse' });
  assert.deepEqual(against(3, 0), { kind: 'yesterday', by: 3, isShare: false, trend: 'worse' }, 'nothing is a percent of zero');
  assert.deepEqual(against(-8, -10), { kind: 'yesterday', by: 20, isShare: true, trend: 'worse' });
  assert.equal(against(10.4, 10)?.trend, 'same', 'what is written alike is alike');
  assert.equal(against(12, 10, { state: 'waiting' }), null);
  assert.equal(comparison(kpi({ compare: { kind: 'yesterday', value: null } })), null);
  assert.deepEqual([3, -1, 0].map(arrowOf), ['▲', '▼', '＝']);
});

test('zero is a number, and what is none is no zero', () => {
  assert.equal(valueText(kpi({ value: 0, decimals: 1 }), zh), '0.0');
  assert.equal(valueText(kpi({ value: 1234567.891, decimals: 2 }), zh), '1,234,567.89');
  for (const more of [{ value: null }, { value: NaN }, { value: 3, state: 'waiting' }, { value: 3, state: 'broken' }]) assert.equal(valueText(kpi(more), zh), '–');
});

test('every state has its words', () => {
  const line = (/** @type {object} */ more, tr = zh) => underline(kpi(more), tr).text;
  assert.equal(line({ state: 'stale' }), '停在 14:05');
  assert.equal(line({ state: 'stale' }, en), 'since 14:05');
  assert.equal(line({ state: 'waiting', value: null, waits_for: [{ need: 'event:payment', zh: '正在等待消费流水', en: 'x' }] }), '正在等待消费流水');
  assert.equal(line({ state: 'waiting', value: null }), '等待数据…');
  const waits = [{ need: 'quantity:power', zh: '正在等待', en: 'Waiting for readings', short_zh: '缺有功功率', short_en: 'No active power' }];
  assert.equal(underline(kpi({ state: 'waiting', value: null, waits_for: waits }), en).short, 'No active power');
  assert.equal(line({ state: 'empty', value: null, nothing: { zh: '没有下级分表', en: 'No meters below' } }), '没有下级分表');
  assert.equal(line({ state: 'broken', value: null, fault: { code: 'x', text: { zh: '太久', en: 'too long' } } }), '太久');
  assert.equal(line({ state: 'empty', value: null }), '没有数据');
  assert.equal(line({ compare: { kind: 'yesterday', value: 10 } }), '▲20% 比昨日差');
  assert.equal(line({ compare: { kind: 'last_week', value: 10 }, direction: 'higher' }, en), '▲20% better than last week');
  assert.equal(line({ compare: { kind: 'yesterday', value: 12 } }), '＝ 与昨日持平');
  assert.equal(line({ target: 10 }), '未达目标 ≤ 10');
  assert.equal(line({ target: 10, direction: 'higher' }, en), 'meets target ≥ 10');
  assert.equal(line({}), '');
  assert.equal(meetsTarget({ value: 3, target: null, direction: 'higher' }), null);
});

test('the badge says the oldest moment of what is shown', () => {
  assert.equal(oldest([AT, null, undefined, '2026-11-26T05:00:00Z']), Date.parse('2026-11-26T05:00:00Z'));
  assert.equal(oldest([null]), null);
  assert.deepEqual([clockWords(Date.parse(AT), zh).time, clockWords(Date.parse(AT), zh).date], ['14:05:00', '11月26日星期四']);
  assert.equal(clockWords(Date.parse('2026-11-26T17:00:00Z'), en).date, 'Fri 27 Nov');
});

test('digits keep their places from the right', () => {
  assert.deepEqual(slots('1,205').map(({ key, digit }) => [key, digit]), [[5, 1], [4, null], [3, 2], [2, 0], [1, 5]]);
  assert.deepEqual(slots('–').map(({ digit }) => digit), [null]);
});

test('a pattern names types, a dot is a dot', () => {
  assert.ok(matches([], 'anything'));
  assert.ok(matches(['fire.*'], 'fire.smoke') && matches(['*'], 'x') && matches(['a', 'b.*.c'], 'b.x.c'));
  assert.ok(!matches(['fire.*'], 'fires') && !matches(['a.b'], 'axb') && !matches(['smoke'], 'fire.smoke'));
});

const alarm = (/** @type {object} */ more) => /** @type {any} */ ({ alarm_type: 'fire.smoke', level: 'B', shelved: false, suppressed_by: null, ...more });
const incident = (/** @type {object} */ more) => /** @type {any} */ ({ level: 'A', stage: 'found', source: 'report', ...more });

test('a tab counts what stands, and shows the worst', () => {
  const alarms = [alarm({}), alarm({ level: 'major', alarm_type: 'door.forced' }), alarm({ shelved: true, level: 'major' }), alarm({ suppressed_by: 'm1' })];
  const incidents = [incident({}), incident({ source: 'alarm' }), incident({ stage: 'closed' })];
  assert.deepEqual(standing({ alarm_types: ['fire.*'] }, alarms, incidents), { count: 1, worst: 'B' });
  assert.deepEqual(standing({ alarm_types: [] }, alarms, incidents), { count: 3, worst: 'major' });
  assert.deepEqual(standing({ alarm_types: ['water.*'] }, alarms, incidents), { count: 0, worst: null });
});

test('keys choose tabs', () => {
  const key = (/** @type {object} */ more) => /** @type {any} */ ({ key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, ...more });
  assert.equal(keyedTab(key({ altKey: true, code: 'Digit3' }), 0, 9, false), 2);
  assert.equal(keyedTab(key({ altKey: true, code: 'Digit9' }), 0, 5, false), null);
  assert.equal(keyedTab(key({ code: 'Digit3', key: '3' }), 0, 9, true), null);
  assert.equal(keyedTab(key({ key: 'ArrowLeft' }), 0, 9, true), 8);
  assert.equal(keyedTab(key({ key: 'ArrowRight' }), 8, 9, true), 0);
  assert.equal(keyedTab(key({ key: 'End' }), 0, 9, true), 8);
  assert.equal(keyedTab(key({ key: 'ArrowRight' }), 8, 9, false), null, 'elsewhere arrows are the map\'s');
});

const event = (/** @type {number} */ seq, /** @type {object} */ more) => /** @type {any} */ ({ event_id: `e${seq}`, seq, kind: 'event', type: 'door.forced', originator: 'x', occurred_at: new Date(Date.parse(AT) + seq * 1000).toISOString(), ...more });

test('the ticker tells the worst first, then the newest, of its types and of a day', () => {
  const now = Date.parse(AT) + 60_000;
  const events = [event(1, { level: 'C' }), event(2, {}), event(3, { level: 'major' }), event(4, { level: 'C' }), event(5, { type: 'payment' }), event(6, { occurred_at: '2026-11-24T00:00:00Z', level: 'major' })];
  assert.deepEqual(told(events, [], now).map(({ seq }) => seq), [3, 4, 1, 5, 2]);
  assert.deepEqual(told(events, ['pay*'], now).map(({ seq }) => seq), [5]);
  assert.equal(told(Array.from({ length: 40 }, (_, n) => event(n, {})), [], now).length, SHOWN);
  assert.deepEqual(events.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6], 'the store\'s own list stays as it is');
});

const pack = (/** @type {ArrayBufferView} */ array) => Buffer.from(array.buffer).toString('base64');
const step = (/** @type {number | null} */ below, /** @type {string | null} */ value, /** @type {string} */ colour) => ({ below, value, title: { zh: colour, en: colour }, colour });
/** @type {Record<string, string>} */
const HEX = { good: '#010203', bad: '#0a0b0c', one: '#111111', two: '#222222' };
const hexOf = (/** @type {string} */ meaning) => HEX[meaning];
const colour = (/** @type {object} */ more) => /** @type {any} */ ({ layer: 'buildings', title: { zh: '', en: '' }, unit: '', steps: [], ramp: 'viridis', ...more });
const answer = (/** @type {object} */ more) => /** @type {any} */ ({ layer: 'buildings', state: 'good', first: 5, features: 4, idx: pack(Uint32Array.of(5, 6, 8)), ...more });
const at = (/** @type {{rgba: Uint8Array}} */ { rgba }, /** @type {number} */ n) => [...rgba.subarray(n * 4, n * 4 + 3)];

test('a value falls into the first step it is below, a class into its own', () => {
  const steps = [step(0, null, 'good'), step(10, null, 'one'), step(null, null, 'bad')];
  assert.deepEqual([-1, 0, 9.9, 10, 1e9].map((one) => stepOf(steps, one)), [0, 1, 1, 2, 2]);
  assert.equal(stepOf([step(null, 'x', 'good')], 'y'), -1);
  assert.equal(stepOf([step(1, null, 'good')], 5), -1);
});

test('steps colour the layer, and the legend counts what they colour', () => {
  const made = painted(answer({ type: 'number', value: pack(Float32Array.of(0, 5, 50)) }), colour({ steps: [step(10, null, 'good'), step(null, null, 'bad')] }), hexOf);
  assert.deepEqual([...made.idx], [5, 6, 7, 8]);
  assert.deepEqual([0, 1, 2, 3].map((n) => at(made, n)), [[1, 2, 3], [1, 2, 3], rgb(NO_VALUE), [10, 11, 12]]);
  assert.deepEqual(made.entries.map(({ count }) => count), [2, 1, 1]);
  assert.equal(made.entries[2].title, null);
});

test('classes have their steps, or colours in the order of their numbers', () => {
  const classes = { type: 'category', code: pack(Uint16Array.of(0, 1, 1)), categories: ['free', 'let'] };
  const named = painted(answer(classes), colour({ steps: [step(null, 'let', 'bad'), step(null, 'free', 'good')] }), hexOf);
  assert.deepEqual([at(named, 0), at(named, 1)], [[1, 2, 3], [10, 11, 12]]);
  const unnamed = painted(answer(classes), colour({}), hexOf);
  assert.deepEqual(unnamed.entries.map(({ title, count }) => [title?.zh, count]), [['let', 2], ['free', 1], [undefined, 1]]);
});

test('without steps numbers go along the ramp', () => {
  const made = painted(answer({ type: 'number', value: pack(Float32Array.of(2, 4, 6)) }), colour({}), hexOf);
  assert.deepEqual([at(made, 0), at(made, 3), made.from, made.to], [ramp('viridis', 0), ramp('viridis', 1), 2, 6]);
});

test('layers that a screen does not name are as the scene has them', () => {
  const layers = /** @type {any} */ ([{ id: 'a', visible: true, opacity: 0.5 }, { id: 'b', visible: false }, { id: 'c', visible: true }, { id: 'd', visible: true }]);
  assert.deepEqual(layerStates(layers, { b: 0.3, c: 0, x: 1 }), { a: { visible: true, opacity: 0.5 }, b: { visible: true, opacity: 0.3 }, c: { visible: false, opacity: 1 }, d: { visible: true, opacity: 1 } });
});

test('weather that is old or absent is left out', () => {
  const now = Date.parse(AT);
  const point = (/** @type {string} */ id, /** @type {object} */ more = {}) => /** @type {any} */ ({ point_id: `weather:${id}`, value: 1, unit: 'Cel', observed_at: AT, ...more });
  assert.deepEqual(weatherOf([point('rain', { value: 2, unit: 'mm' }), point('temperature'), point('wind')], now), [{ value: 1, unit: 'Cel' }, { value: 2, unit: 'mm' }]);
  assert.deepEqual(weatherOf([point('rain', { value: 0 }), point('temperature', { value: 0 })], now), [{ value: 0, unit: 'Cel' }], 'no rain is no news; no degrees are');
  assert.deepEqual(weatherOf([point('temperature', { observed_at: '2026-11-26T00:00:00Z' }), point('rain', { value: null })], now), []);
});

test('a wall stands for its building, a room for itself', () => {
  const feature = (/** @type {string} */ layer_id) => /** @type {any} */ ({ feature_id: 'x', layer_id, building_id: 'b' });
  assert.deepEqual([placeOf(feature('spaces')), placeOf(feature('elements')), placeOf(/** @type {any} */ ({ feature_id: 'x', layer_id: 'drainage', building_id: null }))], ['x', 'b', null]);
});

test('a swipe turns to the next sheet, not a scroll', () => {
  assert.deepEqual([swiped(0, -90, 10), swiped(1, 90, 10), swiped(0, 90, 0), swiped(2, -90, 0), swiped(3, -90, 0), swiped(0, -90, 80), swiped(0, -30, 0)], [1, 0, 0, 3, 3, 0, 0]);
});

test('nobody is asked twice at once, more often than may be, or for a page that nobody sees', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  let hidden = false;
  /** @type {() => void} */
  let reply = () => {};
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const pass = async (/** @type {number} */ ms) => {
    now += ms;
    t.mock.timers.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const asking = new Asking(() => { asked += 1; return new Promise((resolve) => (reply = () => resolve())); }, { every_ms: 10_000, least_ms: 500, isHidden: () => hidden });
  asking.start();
  await pass(0);
  assert.equal(asked, 1);
  asking.soon();
  await pass(5000);
  assert.equal(asked, 1, 'the answer is still on its way');
  reply();
  await pass(0);
  await pass(0);
  assert.equal(asked, 2, 'what happened meanwhile is asked about');
  reply();
  await pass(0);
  asking.soon();
  await pass(300);
  assert.equal(asked, 2, 'not within half a second');
  await pass(200);
  assert.equal(asked, 3);
  reply();
  await pass(0);
  hidden = true;
  await pass(10_000);
  await pass(10_000);
  assert.equal(asked, 3);
  hidden = false;
  asking.soon();
  await pass(0);
  assert.equal(asked, 4);
  asking.stop();
  reply();
  await pass(60_000);
  assert.equal(asked, 4);
});
