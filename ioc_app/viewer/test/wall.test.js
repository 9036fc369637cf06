import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { wallScale } from '../src/engine/wall.js';

test('names and markers grow where the panels do', () => {
  const css = readFileSync(new URL('../../../assets/chrome.css', import.meta.url), 'utf8');
  const [, width, height] = css.match(/min-width: (\d+)px\) and \(min-height: (\d+)px/)?.map(Number) ?? [];
  const grown = Number(css.match(/--grown: ([\d.]+)/)?.[1]);
  assert.equal(wallScale(width, height), grown);
  assert.equal(wallScale(width - 1, height), 1);
  assert.equal(wallScale(5760, 1080), 1);
  assert.equal(wallScale(1366, 768), 1);
});
