import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asApiError } from '../src/ui/actions.js';

test("the server's words stay, whichever chunk's class or job they came in", () => {
  const text = { zh: '开挖深度无法使用', en: 'The dig depth cannot be used' };
  class Another extends Error {
    code = 'dig_depth';
    text = text;
  }
  assert.equal(asApiError(new Another('x')).text, text);
  assert.equal(asApiError({ code: 'snapshot_busy', params: {}, text }).text, text);
});

test('what nobody foresaw is said as that', () => {
  assert.match(asApiError(new TypeError('x is undefined')).text.zh, /出现意外：x is undefined/);
  assert.match(asApiError(undefined).text.en, /Unexpected: undefined/);
  const aborted = Object.assign(new Error('stop'), { code: 20 }); // a DOMException has a number
  assert.equal(asApiError(aborted).code, 'unexpected');
});
