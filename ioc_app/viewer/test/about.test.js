/** What the desk knows of the thing whose card is open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../src/desk/about.js';

const NOWHERE = { device: null, building_id: null, storey_id: null, space_id: null };
const at = (minute) => `2026-03-01T03:${String(minute).padStart(2, '0')}:00Z`;
const alarm = (alarm_id, minute, place) => ({ alarm_id, level: 'A', title: { zh: '烟', en: 'Smoke' }, raised_at: at(minute), originator: place.device ?? 'rule', device: place.device ?? null, place: { ...NOWHERE, ...place } });
const incident = (incident_id, stage, place) => ({ incident_id, stage, level: 'A', title: { zh: '火', en: 'Fire' }, opened_at: at(1), place: { ...NOWHERE, feature_id: null, ...place } });
const event = (event_id, minute, originator) => ({ event_id, seq: minute, kind: 'event', originator, occurred_at: at(minute), type: 'fire.smoke', text: 'smoke' });
const opens = (lines) => lines.map(({ open }) => open);

const known = {
  alarms: [alarm('1', 1, { device: 'SMK-1', space_id: 'space:1', storey_id: 'storey:1', building_id: 'building:1' }), alarm('2', 2, { space_id: 'space:2', storey_id: 'storey:1', building_id: 'building:1' })],
  incidents: [incident('i', 'found', { device: 'SMK-1', storey_id: 'storey:1', building_id: 'building:1' }), incident('over', 'closed', { device: 'SMK-1' })],
  events: [event('late', 9, 'SMK-1'), event('early', 3, 'SMK-1'), event('other', 5, 'SMK-2')],
};

test('a device has its own, the newest first, and what is closed is over', () => {
  assert.deepEqual(opens(linesOf({ feature_id: 'device:1', device_code: 'SMK-1' }, known)), ['incident:i', 'alarm:1', 'event:late', 'event:early']);
});

test('a room, a storey and a building have what stands in them', () => {
  assert.deepEqual(opens(linesOf({ feature_id: 'space:2' }, known)), ['alarm:2']);
  assert.deepEqual(opens(linesOf({ feature_id: 'storey:1' }, known)), ['incident:i', 'alarm:2', 'alarm:1']);
  assert.deepEqual(opens(linesOf({ feature_id: 'building:1' }, known)), ['incident:i', 'alarm:2', 'alarm:1']);
});

test('a pipe without a code has nothing of those that have none', () => {
  assert.deepEqual(linesOf({ feature_id: 'pipe:1', device_code: null }, known), []);
  assert.deepEqual(linesOf({ feature_id: 'pipe:1', device_code: '' }, { ...known, events: [event('x', 1, '')] }), []);
});

test('of many the newest are shown', () => {
  const events = Array.from({ length: 30 }, (_, minute) => event(`e${minute}`, minute, 'SMK-1'));
  assert.deepEqual(opens(linesOf({ feature_id: 'device:1', device_code: 'SMK-1' }, { alarms: [], incidents: [], events })), [29, 28, 27, 26, 25, 24, 23, 22].map((n) => `event:e${n}`));
});
