import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { wallScale } from '../src/engine/wall.js';

test('names and markers grow where the panels do', () => {
  const css = readFileSync(new URL('../../../assets/chrome.css', import.meta.url), 'utf8');
  const rules = [...css.matchAll(/@media \(min-width: (\d+)px\)(?: and \(min-height: (\d+)px\))? \{\s*\.campus-ui \{\s*--grown: ([\d.]+)/g)].map(([, width, height, grown]) => [Number(width), Number(height ?? 0), Number(grown)]);
  assert.equal(rules.length, 2);
  // as the cascade has it: the last that fits
  const grownAt = (width, height) => rules.reduce((grown, [least_width, least_height, one]) => (width >= least_width && height >= least_height ? one : grown), 1);
  for (const width of [390, 1366, 1920, 2799, 2800, 3440, 3799, 3800, 5760, 11520]) for (const height of [768, 1080, 1440, 1499, 1500, 2160, 3240]) assert.equal(wallScale(width, height), grownAt(width, height), `${width} × ${height}`);
  assert.ok(wallScale(5760, 1080) > 1, 'three panels side by side are a wall');
  assert.equal(wallScale(3440, 1440), 1, 'a wide screen on a desk is none');
});
