/** What things are called on the screen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildingName, fullName, keyOf } from '../src/names.js';

test('a building has its English name where English is spoken and it has one', () => {
  const main = { name: '主楼', name_en: 'Main Building', code: 'B01' };
  assert.deepEqual([buildingName(main, 'zh'), buildingName(main, 'en')], ['主楼', 'Main Building']);
  assert.equal(buildingName({ ...main, name_en: null }, 'en'), '主楼');
  assert.equal(buildingName({ name: null, name_en: null, code: 'B01' }, 'zh'), 'B01');
  assert.equal(buildingName(undefined, 'en'), '');
});

test('a full name says nothing twice', () => {
  assert.equal(fullName(['B203', 'B203', 'Bedroom 2']), 'B203 Bedroom 2');
  assert.equal(fullName([null, '2 - Bedroom', 'Bedroom']), '2 - Bedroom');
  assert.equal(fullName(['10', '101 Office', undefined, '']), '10 101 Office');
  assert.equal(fullName([]), '');
});

test('the key of an id, decoded where it can be', () => {
  assert.equal(keyOf('space:lib:101%20a'), '101 a');
  assert.equal(keyOf('node:s:A:B'), 'A:B');
  assert.equal(keyOf('device:s:100%'), '100%');
  assert.equal(keyOf('odd'), 'odd');
});
