/** The board of incidents: what is known after a frame, in which order, how much time is left, and what a report still lacks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergedIncidents, stillOpen, toneOf } from '../src/live/incidents.js';
import { compare, columns, ordered } from '../src/desk/incidents/order.js';
import { counted, EVERYTHING, passes } from '../src/desk/incidents/filter.js';
import { countdown, duration } from '../src/desk/incidents/countdown.js';
import { around, NEAR_M } from '../src/desk/incidents/places.js';
import { bodyOf, emptyDraft, LONGEST_TEXT, missing } from '../src/desk/incidents/report/draft.js';
import { ACT_KEYS, bodyOf as actBody, buttonsOf, isPlain, orderButtons, pathOf, unsaid } from '../src/desk/incidents/acts.js';
import { moved, movedAside } from '../src/desk/incidents/keys.js';
import { fitness, LARGEST_BYTES } from '../src/desk/incidents/photos.js';
import { nearQuery } from '../src/desk/incidents/near.js';
import { latenessOf } from '../src/ui/panels/incidents.js';
import { reachedAt } from '../src/desk/incidents/card/head.js';
import en from '../src/desk/incidents/i18n/en.json' with { type: 'json' };
import zh from '../src/desk/incidents/i18n/zh.json' with { type: 'json' };

const NOW = Date.parse('2026-03-01T03:00:00Z');
const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const place = (more = {}) => ({ device: null, device_type: null, feature_id: null, idx: null, building_id: null, storey_id: null, space_id: null, zone_ids: [], scene: null, where: { zh: '', en: '' }, said: null, ...more });
const clock = (due, more = {}) => ({ what: 'close', title: { zh: '办结', en: 'Close' }, state: 'running', due_at: at(due), warns_at: at(due - 10), breached: false, ...more });
const incident = (incident_id, more = {}) => ({
  incident_id, revision: 1, kind: 'leak', kind_title: { zh: '漏水', en: 'Leak' }, level: 'B', title: { zh: '水管', en: 'Pipe' }, stage: 'found', outcome: null, source: 'alarm', suspended: false, supervised: false, owner: null,
  opened_at: at(-30), updated_at: at(-5), closed_at: null, place: place(), alarm_count: 1, event_count: 0, report_count: 0, photo_count: 0, orders: { total: 0, open: 0 }, unit: null, unit_title: null, assignee: null, assignee_title: null,
  clock: clock(60), breached: [], warned: [], plan: null, ...more,
});
const speaking = (texts) => ({ text: (key, values = {}) => {
  assert.ok(key in texts, key);
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
} });
const tr = speaking(en);
const ids = (known) => [...known.keys()].sort();

test('a frame changes what it names; an older revision does not win over a newer one', () => {
  const known = mergedIncidents(new Map(), { snapshot: true, incidents: [incident('a'), incident('b', { revision: 5 })] });
  const after = mergedIncidents(known, { snapshot: false, incidents: [incident('a', { revision: 2, stage: 'accepted' }), incident('b', { revision: 4, stage: 'accepted' })] });
  assert.deepEqual([after.get('a').stage, after.get('b').stage], ['accepted', 'found']);
  assert.equal(known.get('a').stage, 'found', 'what was known is not changed under its readers');
});

test('a snapshot replaces; what it does not hold is gone', () => {
  const known = mergedIncidents(new Map(), { snapshot: true, incidents: [incident('a'), incident('b')] });
  assert.deepEqual(ids(mergedIncidents(known, { snapshot: true, incidents: [incident('b', { revision: 0 })] })), ['b']);
});

test('one that was closed is seen for a moment, and one that nobody knew does not come', () => {
  const known = mergedIncidents(new Map(), { snapshot: true, incidents: [incident('a'), incident('b')] });
  const after = mergedIncidents(known, { snapshot: false, incidents: [incident('a', { revision: 9, stage: 'closed' }), incident('x', { stage: 'rated' })] });
  assert.deepEqual(ids(after), ['a', 'b']);
  assert.deepEqual(ids(stillOpen(after)), ['b']);
  const reopened = mergedIncidents(after, { snapshot: false, incidents: [incident('a', { revision: 10, stage: 'accepted' })] });
  assert.deepEqual(ids(stillOpen(reopened)), ['a', 'b']);
});

test('the gravest first, then what is due first, then the oldest; closed ones last', () => {
  const some = [
    incident('young', { level: 'A', opened_at: at(-1) }),
    incident('old', { level: 'A', opened_at: at(-90) }),
    incident('due', { level: 'A', clock: clock(5) }),
    incident('major', { level: 'major', clock: null }),
    incident('paused', { level: 'A', clock: clock(0, { state: 'paused', due_at: null }) }),
    incident('closed', { level: 'major', stage: 'closed' }),
    incident('mild', { level: 'C', clock: clock(-20) }),
  ];
  const names = ordered(some).map((one) => one.incident_id);
  assert.deepEqual(names, ['major', 'due', 'old', 'young', 'paused', 'mild', 'closed']);
  for (const seed of [1, 2, 3]) {
    const shuffled = some.map((one, n) => [Math.sin(seed * 100 + n), one]).sort(([a], [b]) => a - b).map(([, one]) => one);
    assert.deepEqual(ordered(shuffled).map((one) => one.incident_id), names);
  }
  assert.equal(compare(some[0], some[0]), 0);
});

test('eight columns, each incident in one', () => {
  const found = columns(ordered([incident('a'), incident('b', { stage: 'verified' }), incident('c')]));
  assert.equal(found.length, 8);
  assert.deepEqual(found.filter(([, some]) => some.length).map(([stage, some]) => [stage, some.map((one) => one.incident_id)]), [['found', ['a', 'c']], ['verified', ['b']]]);
});

test('a filter hides what it does not ask for', () => {
  const one = incident('i7', { owner: 'li', breached: ['accept'], place: place({ where: { zh: '食堂后门', en: 'Back door' } }), assignee_title: '张三' });
  const sees = (change, where = '') => passes(one, { ...EVERYTHING, ...change }, 'li', where);
  for (const change of [{}, { level: 'B' }, { stage: 'found' }, { kind: 'leak' }, { mine: true }, { breached: true }, { text: 'I7' }, { text: '食堂 张三' }, { text: 'pipe leak' }]) assert.ok(sees(change), JSON.stringify(change));
  for (const change of [{ level: 'A' }, { stage: 'closed' }, { kind: 'fire' }, { text: 'pipe fire' }]) assert.ok(!sees(change), JSON.stringify(change));
  assert.ok(sees({ text: 'library' }, 'Library · 3F'), 'its place in words, too');
  assert.ok(!passes(one, { ...EVERYTHING, mine: true }, 'wang'));
  assert.ok(!passes(incident('b'), { ...EVERYTHING, breached: true }, 'li'));
});

test('counts are of what is open', () => {
  const now = counted([incident('a', { owner: 'li' }), incident('b', { level: 'A', breached: ['close'], supervised: true }), incident('c', { stage: 'closed', breached: ['close'] })], 'li');
  assert.deepEqual(now, { total: 2, level: { B: 1, A: 1 }, breached: 1, warned: 0, supervised: 1, suspended: 0, mine: 1 });
});

test('time in its two largest units', () => {
  const said = (seconds) => duration(tr, seconds);
  assert.deepEqual([0, 45, 60, 3599, 3600, 3900, 86_400, 180_000].map(said), ['0 s', '45 s', '1 min', '59 min', '1 h 00 min', '1 h 05 min', '1 d 0 h', '2 d 2 h']);
  assert.equal(said(-5), '0 s');
  assert.equal(duration(speaking(zh), 3900), '1 小时 05 分');
});

test('a clock says what is left, that it is nearly over, by how much it is over, that it stands still', () => {
  const words = (one) => [toneOf(one, NOW), countdown(tr, one, NOW)];
  assert.deepEqual(words(clock(60)), ['calm', '1 h 00 min left']);
  assert.deepEqual(words(clock(9)), ['warn', 'due soon, 9 min left']);
  assert.deepEqual(words(clock(-12)), ['breach', 'overdue by 12 min'], 'before the server has said so');
  assert.deepEqual(words(clock(-12, { breached: true })), ['breach', 'overdue by 12 min']);
  assert.deepEqual(words(clock(5, { state: 'paused', due_at: null })), ['paused', 'paused']);
  assert.deepEqual(words(clock(0, { state: 'met', due_at: null, warns_at: null })), ['met', 'met in time']);
  assert.deepEqual(words(clock(0, { state: 'missed', due_at: null, warns_at: null })), ['missed', 'done, too late']);
  assert.deepEqual(words(null), ['none', '']);
});

test('open incidents nearby: the same room, the same device, or near on the same storey; the same kind first', () => {
  const here = { scene: [0, 0, 4], storey_id: 's1', space_id: 'room', device: 'D1' };
  const some = [
    incident('far', { place: place({ scene: [NEAR_M + 1, 0, 0] }) }),
    incident('above', { place: place({ scene: [1, 0, 8], storey_id: 's2' }) }),
    incident('near', { kind: 'fire', place: place({ scene: [3, 4, 0], storey_id: 's1' }) }),
    incident('kind', { place: place({ scene: [30, 40, 0] }) }),
    incident('room', { kind: 'fire', place: place({ space_id: 'room' }) }),
    incident('closed', { stage: 'closed', place: place({ scene: [0, 0, 0] }) }),
  ];
  assert.deepEqual(around(some, here, 'leak').map((one) => [one.incident.incident_id, one.distance_m]), [['kind', 50], ['room', null], ['near', 5]]);
  assert.deepEqual(around(some, { said: 'somewhere' }, 'leak'), []);
});

test('a report says what it lacks, in the order of its fields', () => {
  const draft = emptyDraft('r1');
  const keys = (more) => missing({ ...draft, ...more }, NOW).map((one) => one.key);
  assert.deepEqual(keys({}), ['report.missing.kind', 'report.missing.text', 'report.missing.place']);
  assert.deepEqual(keys({ kind: 'leak', text: ' \n', where: 'gate' }), ['report.missing.text']);
  assert.deepEqual(keys({ kind: 'leak', text: 'x'.repeat(LONGEST_TEXT + 1), where: 'gate' }), ['report.missing.shorter']);
  assert.deepEqual(keys({ kind: 'leak', text: 'x', place: { scene: [0, 0, 0] } }), []);
  assert.deepEqual(keys({ kind: 'leak', text: 'x', into: 'i1' }), [], 'its incident has a place');
  assert.deepEqual(keys({ kind: 'leak', text: 'x', where: 'gate', occurred_at: '2026-03-02T00:00' }), ['report.missing.past']);
  for (const { key } of missing({ ...draft, occurred_at: '2099-01-01T00:00' }, NOW)) assert.ok(key in zh && key in en, key);
});

test('a report is sent with what was said and nothing else', () => {
  const draft = { ...emptyDraft('r1'), kind: 'leak', level: 'B', text: ' water ', name: ' Wang ', where: 'gate', place: { scene: [1, 2, 3], building_id: 'b', storey_id: null, words: 'Lobby' } };
  assert.deepEqual(bodyOf(draft, ['p1']), { report_id: 'r1', kind: 'leak', level: 'B', text: 'water', channel: 'phone', reporter: { name: 'Wang' }, photos: ['p1'], place: { scene: [1, 2, 3], building_id: 'b', where: 'gate' } });
  assert.deepEqual(bodyOf({ ...draft, name: '', place: null, into: 'i1', level: '' }, []), { report_id: 'r1', kind: 'leak', into: 'i1', text: 'water', channel: 'phone', photos: [], place: { where: 'gate' } });
  // on the campus' time
  assert.equal(bodyOf({ ...draft, occurred_at: '2026-03-01T10:30' }, [], 'Asia/Shanghai').occurred_at, '2026-03-01T02:30:00.000Z');
  assert.equal(bodyOf({ ...draft, occurred_at: '2026-03-01T10:30' }, [], 'America/New_York').occurred_at, '2026-03-01T15:30:00.000Z');
});

test('the bar counts what is past and near its limit by the clock that runs, at this moment', () => {
  const some = [
    incident('late', { clock: clock(-1), level: 'C' }), incident('near', { clock: clock(5), level: 'A' }), incident('calm', { clock: clock(60) }), incident('paused', { clock: clock(-1, { state: 'paused', due_at: null }) }),
    incident('none', { clock: null }), incident('closed', { stage: 'closed', clock: clock(-1), level: 'major' }),
    incident('once', { clock: clock(60), breached: ['accept'] }), // taken in too late, long ago: nothing to hurry for now
  ];
  assert.deepEqual(latenessOf(some, NOW), { open: 6, breach: 1, warn: 1, gravest: 3 });
  assert.deepEqual(latenessOf(some, NOW + 6 * 60_000), { open: 6, breach: 2, warn: 0, gravest: 3 }, 'no news is needed for that');
  assert.deepEqual(latenessOf([], NOW), { open: 0, breach: 0, warn: 0, gravest: 0 });
});

const act = (name, must = [], may = [], to = null) => ({ act: name, title: { zh: name, en: name }, to, must, may });

test('an act goes where it belongs, and an order is issued without naming the act', () => {
  const one = { incident_id: 'i/1' };
  assert.equal(pathOf(one, act('close')), '/incidents/i%2F1/acts');
  assert.equal(pathOf(one, act('issue')), '/incidents/i%2F1/orders');
  assert.equal(pathOf(one, act('done'), 'o 1'), '/incidents/i%2F1/orders/o%201/acts');
  assert.deepEqual(actBody(act('close'), { text: 'x' }), { act: 'close', text: 'x' });
  assert.deepEqual(actBody(act('issue'), { what: 'x' }), { what: 'x' });
});

test('what must be said is asked for; what may only be remarked is done at once', () => {
  assert.ok(isPlain(act('accept', [], ['text'])) && isPlain(act('resume')));
  assert.ok(!isPlain(act('close', ['text'])) && !isPlain(act('verify', [], ['text', 'photos'])) && !isPlain(act('issue')));
  assert.deepEqual(unsaid(act('dismiss', ['outcome', 'text']), { text: 'x' }), ['outcome']);
  assert.deepEqual(unsaid(act('revisit', ['reached']), { reached: false }), [], 'no is an answer');
});

test('no two acts that can be possible at once share a key, nor one with what the list does', () => {
  const together = [['send_back', 'return'], ['suspend', 'resume'], ['revisit', 'reclassify']]; // of those closed, of those open
  const keys = Object.entries(ACT_KEYS);
  for (const [name, key] of keys) {
    const same = keys.filter(([, other]) => other === key).map(([one]) => one);
    assert.ok(same.length === 1 || together.some((pair) => same.every((one) => pair.includes(one))), `${name} ${same}`);
    assert.ok(/^[a-z]$/.test(key) && !'jkynfaid'.includes(key), name);
  }
  assert.deepEqual(buttonsOf([act('tick'), act('comment')]).map((one) => [one.act.act, one.key]), [['comment', 'c']]);
  const orders = (/** @type {string[][]} */ ...acts) => orderButtons({ work_orders: acts.map((some, n) => ({ order_id: `o${n + 1}`, number: n + 1, acts: some.map((name) => act(name)) })) });
  const keysOf = (/** @type {ReturnType<typeof orders>} */ some) => some.map((one) => [one.order.order_id, one.act.act, one.key].join(' '));
  assert.deepEqual(keysOf(orders(['done'], ['accept', 'done', 'new'])), ['o1 done ', 'o2 accept 1', 'o2 done 2', 'o2 new ']);
  // a digit neither passes to another act when one is no more possible, nor to an older order
  assert.deepEqual(keysOf(orders(['accept', 'done'], ['done', 'reject'])), ['o1 accept ', 'o1 done ', 'o2 done 2', 'o2 reject 5']);
  assert.deepEqual(keysOf(orders(['accept', 'done'], [])), ['o1 accept ', 'o1 done ']);
});

test('the cursor stays on the list and goes from column to column', () => {
  assert.deepEqual([moved(['a', 'b', 'c'], 'a', 1), moved(['a', 'b'], 'b', 1), moved(['a', 'b'], null, 1), moved(['a', 'b'], 'b', -Infinity), moved([], 'x', 1)], ['b', 'b', 'a', 'a', null]);
  const board = [['a', 'b'], [], ['c'], ['d', 'e', 'f']];
  assert.deepEqual([movedAside(board, 'b', 1), movedAside(board, 'c', 1), movedAside(board, 'e', -1), movedAside(board, 'a', -1), movedAside(board, null, 1)], ['c', 'd', 'c', 'a', 'a']);
});

test('a photo is a picture and not too large', () => {
  assert.deepEqual([{ type: 'image/jpeg', size: LARGEST_BYTES }, { type: 'image/png', size: LARGEST_BYTES + 1 }, { type: 'image/svg+xml', size: 10 }, { type: 'text/html', size: 10 }].map(fitness), ['ok', 'size', 'type', 'type']);
});

test('nearest is asked by the point where it is known, else by the thing', () => {
  assert.equal(nearQuery(place({ scene: [1, 2.5, 3], device: 'D' })), 'x=1&y=2.5&z=3');
  assert.equal(nearQuery(place({ device: 'D 1', idx: 7 })), 'device_code=D+1');
  assert.equal(nearQuery(place({ feature_id: 'space:a:1' })), 'feature_id=space%3Aa%3A1');
  assert.equal(nearQuery(place({ device: 'unknown' })), '');
  assert.equal(nearQuery(place({ said: 'gate' })), '');
});

test('a stage has the time at which it was last reached', () => {
  const line = (n, stage) => ({ seq: n, at: at(n), kind: 'x', title: { zh: '', en: '' }, by: null, text: null, stage });
  const reached = reachedAt({ opened_at: at(0), history: [line(0, 'found'), line(1, 'accepted'), line(2, 'accepted'), line(3, 'reported_back'), line(4, 'handled'), line(5, 'reported_back')] });
  assert.deepEqual(Object.fromEntries(reached), { found: at(0), accepted: at(1), reported_back: at(5), handled: at(4) });
});
