import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Carousel } from '../src/wall/carousel.js';
import { Director, isBreak } from '../src/wall/director.js';
import { Interrupts } from '../src/wall/interrupts.js';
import { calling, News } from '../src/wall/news.js';
import { SentHere } from '../src/wall/sent.js';
import { stopsByTrouble, Tour } from '../src/wall/tour.js';

const S = 1000;
const TURNS = [{ screen: 'overview', dwell_s: 60 }, { screen: 'energy', dwell_s: 30 }];
const LIMITS = { enabled: true, min_level: 'A', seconds: 20, most: 3, within_s: 600 };
const SETTINGS = { carousel: TURNS, pause_s: 60, tour: false, tour_stay_s: 12, interrupt: LIMITS };
const item = (id, level = 'A', at = '2026-03-01T00:00:00Z') => ({ id, level, title: { zh: id, en: id }, where: { zh: '', en: '' }, at, idx: 1, scene: null, feature_id: null, open: `alarm:${id}` });
const ids = (...items) => new Set(items.map((one) => one.id));
const situation = (more = {}) => ({ calling: [], campusNow: Date.parse('2026-03-01T00:00:00Z'), tooMany: false, screen: 'overview', stopsOf: () => [], ...more });

test('each screen stays for its time, and the first is the one that is shown', () => {
  const one = new Carousel(TURNS, 0, 'energy');
  assert.equal(one.tick(29 * S, true), 'energy');
  assert.equal(one.tick(30 * S, true), 'overview');
  assert.equal(one.tick(89 * S, true), 'overview');
  assert.equal(one.tick(90 * S, true), 'energy');
  assert.equal(new Carousel([], 0).tick(S, true), null);
});

test('while something else is shown no turn passes; then it begins anew', () => {
  const one = new Carousel(TURNS, 0);
  one.tick(50 * S, true);
  assert.equal(one.tick(500 * S, false), 'overview');
  assert.equal(one.tick(559 * S, true), 'overview');
  assert.equal(one.tick(560 * S, true), 'energy');
});

test('the camera goes to the worst buildings first, after the whole campus', () => {
  const buildings = ['a', 'b', 'c'].map((building_id) => ({ building_id }));
  const at = (building_id, level) => ({ level, place: { building_id } });
  const stops = stopsByTrouble(buildings, [at('c', 'B'), at('b', 'B'), at('b', 'C'), at(null, 'major')], 9);
  assert.deepEqual(stops.map((one) => one.feature_id), [null, 'b', 'c', 'a']);
  const tour = new Tour();
  tour.take('fire', stops, 0);
  assert.equal(tour.tick(8 * S, true).feature_id, null);
  assert.equal(tour.tick(9 * S, true).feature_id, 'b');
  tour.take('fire', stops.slice(0, 2), 9 * S);
  assert.equal(tour.tick(18 * S, true).feature_id, null, 'fewer stops than before are no fault');
  tour.take('energy', stops, 20 * S);
  assert.equal(tour.tick(28 * S, true).feature_id, null, 'another screen begins with its first stop');
  tour.take('none', [], 30 * S);
  assert.equal(tour.tick(30 * S, true), null);
});

test('news is what was not seen before, or is worse now; a page that begins takes only what is fresh', () => {
  const now = Date.parse('2026-03-01T01:00:00Z');
  const news = new News();
  const [old, fresh] = [item('old'), item('fresh', 'A', '2026-03-01T00:59:30Z')];
  assert.deepEqual(news.take([old, fresh], now), [fresh]);
  assert.deepEqual(news.take([old, fresh], now), []);
  assert.deepEqual(news.take([old, { ...fresh, level: 'major' }], now).map((one) => one.level), ['major']);
  assert.deepEqual(news.take([old, fresh], now), [], 'milder is no news');
  news.take([old], now);
  assert.deepEqual(news.take([old, fresh], now), [fresh], 'raised again after it was over');
});

test('what calls is bad enough and nobody has taken it up; an incident of an alarm is that alarm', () => {
  const alarm = { alarm_id: 'x', level: 'A', title: {}, where: {}, opened_at: '2026-03-01T00:00:00Z', idx: 3, acknowledged: false, shelved: false, suppressed_by: null };
  const incident = { incident_id: 'i', level: 'major', title: {}, opened_at: '2026-03-01T00:00:00Z', stage: 'found', source: 'report', place: { where: {}, idx: null, scene: [1, 2, 3], feature_id: null } };
  assert.deepEqual(calling([alarm], [incident], 'A').map((one) => one.id), ['incident:i', 'alarm:x']);
  assert.deepEqual(calling([{ ...alarm, acknowledged: true }, { ...alarm, level: 'B' }, { ...alarm, shelved: true }], [{ ...incident, source: 'alarm' }, { ...incident, stage: 'accepted' }], 'A'), []);
});

test('the worst is shown first, each for its seconds, and what is over is not shown', () => {
  const one = new Interrupts(LIMITS);
  const [mild, bad, gone] = [item('mild'), item('bad', 'major'), item('gone', 'major', '2026-03-02T00:00:00Z')];
  one.arrive([mild, bad, gone], 0);
  assert.equal(one.tick(0, ids(mild, bad, gone)).item.id, 'bad');
  assert.equal(one.tick(19 * S, ids(mild)).item.id, 'bad', 'news stays for its time, taken up or not');
  assert.equal(one.tick(20 * S, ids(mild)).item.id, 'mild');
  assert.equal(one.tick(40 * S, ids(mild)), null);
});

test('at most three in ten minutes; what is more is shown together until it is calm', () => {
  const one = new Interrupts(LIMITS);
  const items = [0, 1, 2, 3, 4].map((n) => item(`n${n}`));
  const all = ids(...items);
  const seen = [];
  let last = null;
  for (let now = 0; now <= 900 * S; now += S) {
    const n = now / (60 * S);
    if (Number.isInteger(n) && n < 5) one.arrive([items[n]], now);
    const on = one.tick(now, all);
    const key = on && (on.kind === 'alarm' ? on.item.id : 'flood');
    if (key !== last) seen.push([now / S, key]);
    last = key;
  }
  assert.deepEqual(seen, [[0, 'n0'], [20, null], [60, 'n1'], [80, null], [120, 'n2'], [140, null], [180, 'flood'], [660, null]]);
});

test('no ten minutes have more than three, however they come', () => {
  let seed = 7;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const one = new Interrupts(LIMITS);
  const standing = new Set();
  const starts = [];
  let last = '';
  for (let now = 0, n = 0; now < 4 * 3600 * S; now += S) {
    if (chance() < (now % (1800 * S) < 300 * S ? 0.1 : 0.002)) {
      const id = `a${n++}`;
      standing.add(id);
      one.arrive([item(id, chance() < 0.5 ? 'A' : 'major')], now);
    }
    const on = one.tick(now, standing, chance() < 0.0005);
    if (on?.kind === 'alarm' && on.item.id !== last) starts.push(now);
    last = on?.kind === 'alarm' ? on.item.id : last;
  }
  assert.ok(starts.length > 20);
  for (const at of starts) assert.ok(starts.filter((other) => other >= at && other < at + 600 * S).length <= 3);
});

test('a campus that says it is flooded is believed, and interrupts can be put off', () => {
  const one = new Interrupts(LIMITS);
  one.arrive([item('x')], 0);
  assert.equal(one.tick(0, ids(item('x')), true).kind, 'flood');
  assert.equal(one.tick(S, ids(item('x')), false), null);
  const off = new Interrupts({ ...LIMITS, enabled: false });
  off.arrive([item('x')], 0);
  assert.equal(off.tick(0, ids(item('x')), true), null);
});

test('what was sent ends by itself, and the newest word counts', () => {
  const one = new SentHere();
  one.take({ sent_at: 'a', left_s: 10 }, 0);
  assert.equal(one.tick(9 * S).sent_at, 'a');
  assert.equal(one.tick(10 * S), null);
  one.take({ sent_at: 'b', left_s: 10 }, 20 * S);
  one.take(null, 21 * S);
  assert.equal(one.tick(21 * S), null);
});

test('an alarm before what was sent, that before a hand, a hand before the carousel', () => {
  const one = new Director(SETTINGS, 0, null);
  const bad = item('alarm:bad', 'major');
  assert.equal(one.tick(0, situation()).key, 'screen:overview');
  one.touched(S);
  assert.equal(one.tick(S, situation()).kind, 'touched');
  one.sent.take({ sent_at: 'a', left_s: 100 }, 2 * S);
  assert.equal(one.tick(2 * S, situation()).key, 'sent:a');
  assert.equal(one.tick(3 * S, situation({ calling: [bad] })).key, 'alarm:bad');
  assert.ok(isBreak(one.tick(22 * S, situation({ calling: [bad] }))));
  assert.equal(one.tick(23 * S, situation({ calling: [bad] })).key, 'sent:a');
  one.sent.take(null, 24 * S);
  assert.equal(one.tick(24 * S, situation({ calling: [bad] })).kind, 'touched');
  assert.equal(one.tick(61 * S, situation({ calling: [bad] })).key, 'screen:overview');
  assert.equal(one.tick(120 * S, situation({ calling: [bad] })).key, 'screen:overview', 'its turn has begun anew');
  assert.equal(one.tick(121 * S, situation({ calling: [bad] })).key, 'screen:energy');
});

test('a wall without a carousel leaves the screen that is chosen, and its tour goes on', () => {
  const one = new Director({ ...SETTINGS, carousel: [], tour: true }, 0, 'fire');
  const stopsOf = (screen) => (screen === 'fire' ? [{ feature_id: 'x', stay_s: 5 }, { feature_id: 'y', stay_s: 5 }] : []);
  one.tick(0, situation({ screen: 'fire', stopsOf }));
  assert.deepEqual([one.tick(S, situation({ screen: 'fire', stopsOf })), one.tick(6 * S, situation({ screen: 'fire', stopsOf }))].map((on) => [on.screen, on.stop.feature_id]), [[null, 'x'], [null, 'y']]);
});

test('settings that change are taken up; the same ones change nothing', () => {
  const one = new Director(SETTINGS, 0, null);
  one.tick(0, situation());
  one.tick(59 * S, situation());
  one.configure({ ...SETTINGS }, 59 * S, 'overview');
  assert.equal(one.tick(60 * S, situation()).screen, 'energy');
  one.configure({ ...SETTINGS, carousel: [{ screen: 'fire', dwell_s: 9 }] }, 61 * S, 'energy');
  assert.equal(one.tick(61 * S, situation()).screen, 'fire');
});
