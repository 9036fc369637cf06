import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, Answers, newestBy } from '../src/snapshot/answers.js';
import { hold, within } from '../src/snapshot/hold.js';
import { Standing } from '../src/snapshot/channel.js';
import { Store } from '../src/ui/store.js';
import { askedOf } from '../src/snapshots/form.js';

const record = {
  about: { campus: { zh: '园', en: 'Campus' }, generation: 3, from: 1000, to: 3000, known_seq: 9, timezone: 'Asia/Shanghai', made_at: '', made_by: '', link: '#', withheld: [], screens: ['energy'] },
  answers: { '/me': { name: '' }, '/values?column=device_type&layer=devices': { n: 2 }, '/moments': { events: [1] } },
  timed: { '/screens/energy/kpis': [[1000, { kpis: ['early'] }], [2500, { kpis: ['late'] }]], '/alarms/a': [[2000, { alarm_id: 'a', state: 'active' }]] },
  moments: [
    { at: 1000, rest: { at: 'one' }, lists: { alarms: [0], events: [] } },
    { at: 2000, rest: { at: 'two' }, lists: { alarms: [1], events: [2] } },
  ],
  pool: [{ alarm_id: 'a', level: 'III' }, { alarm_id: 'a', level: 'I' }, { event_id: 'e' }],
  points: [{ point_id: 'm1:kw', device_code: 'm1' }, { point_id: 'm2:kw', device_code: 'm2' }, { point_id: 'm1:v', device_code: 'm1' }],
  measured: [[1000, [0, 1, 2], [5, 6, null], ['good', 'good', null], ['t1', 't1', null]], [2000, [0], [7], ['good'], ['t2']]],
  cards: [
    { feature_id: 'device:m1', idx: 4, layer_id: 'devices', kind: 'device', name: '电表 1', label: 'm1', building: '主楼', storey: 'F1', building_id: 'b', storey_id: 's', position: null, bbox: null },
    { feature_id: 'B01/墙:1', idx: 8, layer_id: 'elements', kind: 'wall', name: null, label: null, building: '主楼', storey: null },
  ],
  panels: {},
  files: [],
};
const answers = new Answers(/** @type {any} */ (record));
const ask = (/** @type {string} */ path, query = '', method = 'GET') => answers.answer(method, path, new URLSearchParams(query));
const at = (/** @type {number} */ ms) => `at=${new Date(ms).toISOString()}`;

test('a moment is the newest that is kept and not later, whole', () => {
  assert.deepEqual(ask('/moment', at(1999)).body, { at: 'one', alarms: [{ alarm_id: 'a', level: 'III' }], events: [] });
  assert.deepEqual(ask('/moment', at(2000)).body, { at: 'two', alarms: [{ alarm_id: 'a', level: 'I' }], events: [{ event_id: 'e' }] });
  assert.equal(ask('/moment', at(1)).body.at, 'one');
  assert.equal(ask('/moment').body.at, 'two');
});

test('numbers of a screen are those of then; of one place there are none', () => {
  assert.deepEqual(ask('/screens/energy/kpis', `${at(2499)}&known_seq=4`).body.kpis, ['early']);
  assert.deepEqual(ask('/screens/energy/kpis', at(2500)).body.kpis, ['late']);
  const { status, body } = ask('/screens/energy/kpis', `${at(2500)}&place=b`);
  assert.equal(status, 404);
  assert.match(body.text.zh, /全园/);
});

test('what a device measured is what it had said by then', () => {
  const said = ask('/points', `device_code=m1&${at(2000)}`).body;
  assert.deepEqual(said.map((/** @type {any} */ one) => [one.point_id, one.value, one.observed_at]), [['m1:kw', 7, 't2'], ['m1:v', null, null]]);
  assert.equal(ask('/points', `device_code=m1&${at(1500)}`).body[0].value, 5);
  assert.deepEqual(ask('/points', 'device_code=none').body, []);
});

test('things are found by number, by id and by every word that is searched', () => {
  assert.equal(ask('/features/by-idx/4').body.name, '电表 1');
  assert.equal(ask('/features/B01/墙:1').body.idx, 8);
  assert.equal(ask('/features/by-idx/5').status, 404);
  assert.deepEqual(ask('/search', 'q=主楼 m1').body.map((/** @type {any} */ one) => one.idx), [4]);
  assert.equal(ask('/search', 'q=主楼').body.length, 2);
  assert.deepEqual(ask('/search', 'q= ').body, []);
});

test('questions are the same whatever the order of their names', () => {
  assert.equal(ask('/values', 'layer=devices&column=device_type').body.n, 2);
  assert.equal(addressOf('/x', new URLSearchParams('b=2&at=now&a=1&known_seq=3')), '/x?a=1&b=2');
});

test('what is not in it is said, and nothing can be done', () => {
  assert.equal(ask('/feeds').body.code, 'not_in_snapshot');
  assert.equal(ask('/alarms/acts', '', 'POST').status, 403);
  assert.equal(ask('/alarms/a', at(2200)).body.state, 'active');
  assert.equal(newestBy([], 1, () => 0), undefined);
});

test('the page stays between its first and its last moment, with the whole campus and its own screens', () => {
  assert.deepEqual([within(null, record.about), within(5, record.about), within(2000, record.about), within(9999, record.about)], [3000, 1000, 2000, 3000]);
  const store = new Store(/** @type {any} */ ({ at: null, known: null, place: null, mode: 'screen', screen: 'fire' }));
  const stop = hold(store, /** @type {any} */ (record.about));
  assert.deepEqual([store.state.at, store.state.screen], [3000, 'energy']);
  store.set({ at: 10, place: 'b' });
  assert.deepEqual([store.state.at, store.state.place], [1000, null]);
  stop();
  store.set({ at: 10 });
  assert.equal(store.state.at, 10);
});

test('its stream says which model and that it is the last moment', async () => {
  const stream = new Standing(record.about);
  const said = await new Promise((resolve) => (stream.onmessage = ({ data }) => resolve(JSON.parse(data))));
  stream.close();
  assert.deepEqual([said.type, said.generation, said.at, said.feeds.down], ['beat', 3, '1970-01-01T00:00:03.000Z', 0]);
});

test('what was known belongs to its moment; who has stopped listening hears nothing more', () => {
  const store = new Store(/** @type {any} */ ({ at: null, known: null, mode: 'screen', language: 'zh' }));
  store.set({ at: 5, known: 7 });
  assert.equal(store.state.known, 7);
  store.set({ language: 'en' });
  assert.equal(store.state.known, 7);
  store.set({ at: 6 });
  assert.equal(store.state.known, null);
  let heard = 0;
  const stops = [store.watch(['mode'], ({ mode }) => mode === 'desk' && stops[1]()), store.watch(['language'], () => (heard += 1))];
  store.set({ mode: 'desk', language: 'zh' });
  assert.equal(heard, 1);
});

test('a snapshot is asked for of what is shown, without what lies underground unless it is said why', () => {
  const context = /** @type {any} */ ({
    engine: { getView: () => ({ position: [1.234, 2, 3], target: [0, 0, 0], plan: true, height_m: 80.4 }), layerState: () => ({ a: { visible: true }, gas: { visible: true }, b: { visible: false } }) },
    scene: { layers: [{ id: 'a', underground: false }, { id: 'gas', underground: true }, { id: 'b', underground: false }] },
    store: { state: { mode: 'desk', screen: null, at: null, known: null, theme: 'dark' } },
    tr: { language: 'zh' },
  });
  assert.deepEqual(askedOf(context, { form: 'png', minutes: 60, exactly: '' }), { form: 'png', language: 'zh', style: 'dark', view: '1.23,2,3,0,0,0,p80', screens: [], layers: ['a'] });
  assert.deepEqual(askedOf(context, { form: 'glb', minutes: 0, exactly: '开挖' }).layers, ['a', 'gas']);
  context.store.state = { mode: 'screen', screen: 'energy', at: 3000, known: 9, theme: 'light' };
  assert.deepEqual(askedOf(context, { form: 'html', minutes: 60, exactly: '' }), { form: 'html', language: 'zh', style: 'light', view: '1.23,2,3,0,0,0,p80', screens: ['energy'], at: '1970-01-01T00:00:03.000Z', known_seq: 9, minutes: 60 });
});
