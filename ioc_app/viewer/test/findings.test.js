import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markAt, partsOf, seenLine } from '../src/findings/evidence.js';
import { queryOf } from '../src/findings/shapes.js';
import { fileName, marksWords, nameOf, othersOf, rulesOf, whereOf } from '../src/findings/words.js';

const tr = /** @type {any} */ ({ text: (/** @type {string} */ key, /** @type {any} */ values = {}) => `${key.replace('findings.', '')}${Object.values(values).join()}`, number: String });
const feature = { feature_id: 'link:RL:RL059--RL060', idx: 3, name: null, label: null, layer_id: 'heat', building_id: null, storey_id: null, position: null, bbox: null };

test('every shape of evidence becomes points, lines and areas', () => {
  const line = [[0, 0, 1], [5, 0, 1]];
  const ring = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 0, 0]];
  const parts = partsOf({ type: 'GeometryCollection', geometries: [
    { type: 'Point', coordinates: [1, 2, 3] }, { type: 'MultiPoint', coordinates: [[4, 5, 6], [7, 8, 9]] }, { type: 'LineString', coordinates: line },
    { type: 'MultiLineString', coordinates: [line, line] }, { type: 'Polygon', coordinates: [ring] }, { type: 'MultiPolygon', coordinates: [[ring, ring]] },
  ] });
  assert.deepEqual([parts.points.length, parts.lines.length, parts.areas.map((one) => one.length)], [3, 3, [1, 2]]);
  assert.deepEqual(parts.points[1], [4, 5, 6]);
});

test('no evidence and empty evidence draw nothing', () => {
  for (const shape of [null, { type: 'Point', coordinates: [] }, { type: 'GeometryCollection', geometries: [] }]) assert.deepEqual(partsOf(shape), { points: [], lines: [], areas: [] });
});

test('what is behind the camera breaks a line, and one end alone is no line', () => {
  const project = (/** @type {number[]} */ [x, y, z]) => (z < 0 ? null : { x, y });
  const corners = /** @type {[number, number, number][]} */ ([[0, 0, 1], [1, 0, 1], [2, 0, -1], [3, 0, 1], [4, 0, -1], [5, 0, 1], [6, 0, 1]]);
  assert.deepEqual(seenLine(corners, project).map((run) => run.map(({ x }) => x)), [[0, 1], [5, 6]]);
});

test('the nearest mark within reach is meant, of two at one place the worse, which stands first', () => {
  const marks = [null, { x: 10, y: 10 }, { x: 10, y: 10 }, { x: 14, y: 10 }];
  assert.equal(markAt(marks, 11, 10, 8), 1);
  assert.equal(markAt(marks, 13, 10, 8), 3);
  assert.equal(markAt(marks, 40, 10, 8), -1);
  assert.equal(markAt([], 0, 0, 8), -1);
});

test('what is not chosen is not asked for', () => {
  assert.equal(queryOf({ rule: null, severity: 'error', layer: null }, { limit: 0 }), 'severity=error&limit=0');
  assert.equal(queryOf({ rule: 'drain_rises', severity: null, layer: '-' }), 'rule=drain_rises&layer=-');
});

test('rules stand worst first, then the most, with what is chosen counted', () => {
  const rule = (/** @type {string} */ id, /** @type {any} */ severity) => ({ id, severity, title: { zh: id, en: id }, unverified: false });
  const page = /** @type {any} */ ({ rules: [rule('a', 'info'), rule('b', 'warning'), rule('c', 'error'), rule('d', 'warning')], counts: { rule: { a: 9, b: 1, c: 1, d: 5 } } });
  assert.deepEqual(rulesOf(page).map(({ id, count }) => [id, count]), [['c', 1], ['d', 5], ['b', 1], ['a', 9]]);
});

test('a finding is told by its row, else by its thing, else by its source', () => {
  const one = /** @type {any} */ ({ file: 'C:\\survey\\RL.xlsx', source: 'RL', sheet: 'RLLine', row: 60, features: [feature] });
  assert.equal(whereOf(tr, one), 'RL.xlsx · RLLine · row60');
  assert.equal(whereOf(tr, { ...one, row: null }), 'RL059–RL060');
  assert.equal(whereOf(tr, { ...one, row: null, features: [], file: null }), 'RL');
  assert.equal(nameOf({ ...feature, label: 'B-1', name: '泵房' }), 'B-1 泵房');
  assert.equal(nameOf({ ...feature, label: 'YS105', name: 'YS105' }), 'YS105');
  assert.equal(fileName('sources/pipes/RL.xlsx'), 'RL.xlsx');
});

test('the rows of the others are told where a table tells of them', () => {
  const place = { source: 'DL', file: 'sources/DL.xlsx', sheet: 'DLLine', row: 73 };
  const one = /** @type {any} */ ({ also: [place, { ...place, sheet: null, row: null }, { ...place, file: null, sheet: null, row: 4 }] });
  assert.deepEqual(othersOf(tr, one), ['DL.xlsx · DLLine · row73', 'DL · row4']);
});

test('what has no mark is counted with its reason', () => {
  const marks = { total: 20, finding: [1, 2], severity: [0, 1], position: [], not_drawn: 5, without_place: 7, masked: 6 };
  assert.equal(marksWords(tr, /** @type {any} */ (marks)), 'marked2joinednotDrawn5joinedwithoutPlace7joinedmaskedCount6');
  assert.equal(marksWords(tr, /** @type {any} */ ({ ...marks, not_drawn: 0, without_place: 0, masked: 0 })), 'marked2');
});
