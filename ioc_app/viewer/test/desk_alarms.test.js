import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshOf } from '../src/desk/announce.js';
import { APPLIES, Acts } from '../src/desk/alarms/acts.js';
import { EVERYTHING, passes } from '../src/desk/alarms/filter.js';
import { arrange, compare } from '../src/desk/alarms/order.js';
import { Rows } from '../src/desk/alarms/rows.js';
import { stateOfAlarm } from '../src/desk/alarms/states.js';
import { isCalling, keyOf, merged } from '../src/live/alarms.js';

/** @param {string} originator @param {object} [more] @returns {import('../src/live/alarms.js').Alarm} */
const alarm = (originator, more = {}) => ({
  alarm_id: `alarm-${originator}`, originator, alarm_type: 'fire', level: 'B', title: { zh: '火灾报警', en: 'Fire alarm' }, text: { zh: '烟雾', en: 'Smoke' }, opened_at: '2026-11-26T08:00:00Z', raised_at: '2026-11-26T08:00:00Z', cleared_at: null,
  active: true, acknowledged: false, acknowledged_by: null, acknowledged_at: null, closed: false, raise_count: 1, event_count: 1, value: null, unit: null, limit: null, device: originator, idx: 1, where: { zh: '主楼 · 3F', en: 'Main · 3F' },
  place: { device: originator, device_type: 'smoke', building_id: 'b1', storey_id: null, space_id: null, zone_ids: [] }, assignee: null, shelved: false, shelved_until: null, suppressed_by: null, comments: [], rule_ids: [], incident_id: null, ...more,
});
const mapOf = (/** @type {import('../src/live/alarms.js').Alarm[]} */ ...all) => merged(new Map(), { alarms: all, snapshot: true });
const names = (/** @type {string[]} */ keys) => keys.map((key) => key.split('\n')[0]).join('');

test('a later frame replaces by key, what is closed goes, a snapshot replaces everything', () => {
  let known = mapOf(alarm('a'), alarm('b'));
  known = merged(known, { alarms: [alarm('a', { acknowledged: true }), alarm('a', { alarm_type: 'fault' })], snapshot: false });
  assert.equal(known.size, 3);
  assert.equal(known.get(keyOf(alarm('a')))?.acknowledged, true);
  // a withdrawn alarm comes with its key alone
  known = merged(known, { alarms: [/** @type {any} */ ({ originator: 'b', alarm_type: 'fire', closed: true })], snapshot: false });
  assert.equal(names([...known.keys()]), 'aa');
  assert.equal(names([...merged(known, { alarms: [alarm('c')], snapshot: true }).keys()]), 'c');
});

test('a frame leaves the map that others hold alone', () => {
  const before = mapOf(alarm('a'));
  merged(before, { alarms: [alarm('b')], snapshot: false });
  assert.equal(before.size, 1);
});

test('what calls comes first, then the graver, then the newer; what is put aside comes last', () => {
  const late = '2026-11-26T09:00:00Z';
  const all = [
    alarm('a', { level: 'major', acknowledged: true }), alarm('b', { level: 'C' }), alarm('c', { level: 'A' }), alarm('d', { level: 'A', raised_at: late }), alarm('e', { level: 'major', shelved: true }),
    alarm('f', { level: 'major', suppressed_by: 'mw-1' }), alarm('g', { level: 'B', active: false, cleared_at: late }),
  ];
  assert.equal([...all].sort(compare).map(({ originator }) => originator).join(''), 'dcgbaef');
});

test('rows in use keep their order; what is new goes before the first that it outranks', () => {
  const first = mapOf(alarm('a', { level: 'A' }), alarm('b', { level: 'B' }), alarm('c', { level: 'C' }));
  const order = arrange(first, [], false);
  assert.equal(names(order), 'abc');
  const acknowledged = merged(first, { alarms: [alarm('a', { level: 'A', acknowledged: true })], snapshot: false });
  assert.equal(names(arrange(acknowledged, order, true)), 'abc', 'the row just acknowledged stays under the cursor');
  assert.equal(names(arrange(acknowledged, order, false)), 'bca');
  const more = merged(first, { alarms: [alarm('x', { level: 'major' }), alarm('y', { level: 'B', raised_at: '2026-11-26T07:00:00Z' })], snapshot: false });
  assert.equal(names(arrange(more, order, true)), 'xabyc');
  assert.equal(names(arrange(mapOf(alarm('c')), order, true)), 'c', 'what is gone is gone');
});

test('held or not, every alarm has exactly one row', () => {
  let seed = 7;
  const chance = (/** @type {number} */ below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  const levels = ['C', 'B', 'A', 'major'];
  let [known, order] = [mapOf(), /** @type {string[]} */ ([])];
  for (let step = 0; step < 400; step += 1) {
    const one = alarm(`d${chance(40)}`, { level: levels[chance(4)], acknowledged: chance(2) === 0, closed: chance(5) === 0 });
    known = merged(known, { alarms: [one], snapshot: false });
    order = arrange(known, order, chance(3) > 0);
    assert.deepEqual([...order].sort(), [...known.keys()].sort());
  }
});

test('each filter narrows alone and all of them together', () => {
  const one = alarm('SMK-1', { level: 'A', assignee: 'li.na' });
  const yes = [{}, { level: 'A' }, { calling: true }, { building: 'b1' }, { text: '主楼' }, { text: 'main  SMK' }, { text: 'li.na' }, { text: ' ' }];
  const no = [{ level: 'major' }, { building: 'b2' }, { text: 'main nothing' }];
  for (const each of yes) assert.ok(passes(one, { ...EVERYTHING, ...each }), JSON.stringify(each));
  for (const each of no) assert.ok(!passes(one, { ...EVERYTHING, ...each }), JSON.stringify(each));
  assert.ok(!passes(alarm('x', { acknowledged: true }), { ...EVERYTHING, calling: true }));
});

test('the cursor stays on its alarm, and goes to what takes its place', () => {
  const rows = new Rows();
  rows.take(mapOf(alarm('a', { level: 'A' }), alarm('b'), alarm('c', { level: 'C' })), false);
  assert.equal(names([String(rows.cursor)]), 'a');
  rows.move(1);
  rows.take(mapOf(alarm('x', { level: 'major' }), alarm('a', { level: 'A' }), alarm('b'), alarm('c', { level: 'C' })), true);
  assert.equal(names([String(rows.cursor)]), 'b');
  rows.take(mapOf(alarm('x', { level: 'major' }), alarm('a', { level: 'A' }), alarm('c', { level: 'C' })), true);
  assert.equal(names([String(rows.cursor)]), 'c');
  rows.move(Infinity);
  rows.move(1);
  assert.equal(names([String(rows.cursor)]), 'c');
  rows.move(-Infinity);
  assert.equal(names([String(rows.cursor)]), 'x');
  rows.take(mapOf(), false);
  assert.equal(rows.cursor, null);
  rows.move(1);
  assert.equal(rows.cursor, null);
});

test('an act means the selection, or else the row under the cursor; what leaves the table leaves the selection', () => {
  const rows = new Rows();
  rows.take(mapOf(alarm('a', { level: 'A' }), alarm('b'), alarm('c', { level: 'C' })), false);
  const meant = () => rows.meant().map(({ originator }) => originator).join('');
  assert.equal(meant(), 'a');
  rows.move(1, true);
  assert.equal(meant(), 'ab');
  rows.selectTo(rows.order[2]);
  assert.equal(meant(), 'abc');
  rows.narrow({ level: 'A' });
  assert.equal(meant(), 'a');
  rows.narrow({ level: '' });
  rows.selectAll();
  assert.equal(meant(), 'abc');
  rows.selectAll();
  assert.equal(rows.selected.size, 0);
});

test('four states, by active and acknowledged', () => {
  const state = (/** @type {boolean} */ active, /** @type {boolean} */ acknowledged) => stateOfAlarm(alarm('a', { active, acknowledged }));
  assert.deepEqual([state(true, false), state(true, true), state(false, false), state(false, true)], ['calling', 'seen', 'over', 'closed']);
  assert.ok(isCalling(alarm('a')) && !isCalling(alarm('a', { shelved: true })) && !isCalling(alarm('a', { suppressed_by: 'w' })) && !isCalling(alarm('a', { acknowledged: true })));
});

test('a grave alarm is said once, and again when it became graver', () => {
  const known = new Set(['alarm-a A']);
  assert.deepEqual(freshOf([alarm('a', { level: 'A' }), alarm('b', { level: 'A' })], known).map(({ originator }) => originator), ['b']);
  assert.equal(freshOf([alarm('a', { level: 'major' })], known).length, 1);
});

/** @param {string[]} rights @param {object} answer */
function acting(rights, answer) {
  /** @type {any[]} */
  const [posted, said] = [[], []];
  const api = { post: async (/** @type {string} */ path, /** @type {object} */ body) => (posted.push([path, body]), answer) };
  const tr = { text: (/** @type {string} */ key, /** @type {any} */ values = {}) => `${key} ${values.count ?? ''} ${values.reason ?? ''}`.trim(), title: (/** @type {any} */ one) => one.en };
  const acts = new Acts(/** @type {any} */ ({ api, tr, store: { state: { me: { rights } } } }), (one) => said.push(one));
  return { acts, posted, said };
}

test('an act goes out for what it makes sense for, and says what was refused and why', async () => {
  const refused = [{ alarm_id: 'alarm-b', code: 'x', text: { zh: '不行', en: 'No.' } }];
  const { acts, posted, said } = acting(['handle'], { done: ['alarm-a'], refused });
  assert.equal(await acts.run('acknowledge', [alarm('a'), alarm('b'), alarm('c', { acknowledged: true })]), true);
  assert.deepEqual(posted, [['/alarms/acts', { act: 'acknowledge', alarms: ['alarm-a', 'alarm-b'] }]]);
  assert.deepEqual([said[0].kind, said[0].text, said[0].again], ['error', 'act.acknowledge.done 1 · act.refused 1 No.', null]);
});

test('shelving is undone by unshelving, giving by giving back; acknowledging is not undone', async () => {
  const { acts, posted, said } = acting(['handle'], { done: ['alarm-a'], refused: [] });
  await acts.run('shelve', [alarm('a')], { until: 'u', reason: 'r' });
  said[0].again();
  assert.deepEqual(posted[1], ['/alarms/acts', { act: 'unshelve', alarms: ['alarm-a'] }]);
  await acts.run('assign', [alarm('a', { assignee: 'old' })], { assignee: 'new' });
  said.at(-1).again();
  assert.deepEqual(posted[3][1], { act: 'assign', alarms: ['alarm-a'], assignee: 'old' });
});

test('a closed alarm takes a comment, and says of the rest that it is closed', async () => {
  const { acts, posted, said } = acting(['handle'], { done: ['alarm-a'], refused: [] });
  const closed = alarm('a', { closed: true, acknowledged: true });
  for (const act of /** @type {const} */ (['acknowledge', 'shelve', 'assign'])) assert.equal(await acts.run(act, [closed]), false);
  assert.deepEqual([posted.length, [...new Set(said.map(({ text }) => text))]], [0, ['act.closed']]);
  assert.equal(await acts.run('comment', [closed], { text: 'x' }), true);
});

test('who may not act asks nothing of the server', async () => {
  const { acts, posted, said } = acting(['see'], {});
  assert.equal(await acts.run('acknowledge', [alarm('a')]), false);
  assert.deepEqual([posted.length, said[0].text], [0, 'act.notAllowed']);
  assert.ok(!APPLIES.shelve(alarm('a', { closed: true })) && APPLIES.unshelve(alarm('a', { shelved: true })));
});
