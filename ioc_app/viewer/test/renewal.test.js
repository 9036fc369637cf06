import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Renewal } from '../src/renewal.js';

globalThis.window = globalThis;
const until = async (so) => {
  while (!so()) await new Promise((done) => setTimeout(done, 2));
};

test('what fails is tried again, what is the same is no news', async () => {
  const engine = { scene: { generation: 1 }, asked: [], fails: 2 };
  engine.swapScene = async (url) => {
    engine.asked.push(url);
    if (engine.fails-- > 0) throw new Error('lost');
    return (engine.scene = { generation: 2 });
  };
  const seen = [];
  const said = console.error;
  console.error = () => {};
  const renewal = new Renewal(engine, 'a', { renewed: (scene) => seen.push(scene.generation), again_ms: 1 });
  renewal.ask();
  renewal.ask('b');
  await until(() => seen.length);
  console.error = said;
  assert.deepEqual(seen, [2]);
  assert.equal(engine.asked.at(-1), 'b');
  const before = engine.asked.length;
  renewal.ask();
  await until(() => engine.asked.length > before);
  await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual(seen, [2]);
  renewal.close();
});

test('while somebody types it waits, but not for ever', async () => {
  const engine = { scene: { generation: 1 }, swapScene: async () => (engine.scene = { generation: 2 }) };
  let looked = 0;
  const seen = [];
  const renewal = new Renewal(engine, 'a', { renewed: (scene) => seen.push(scene), mayNow: () => ++looked > 99, again_ms: 1 });
  renewal.ask();
  await until(() => seen.length);
  assert.equal(looked, 12);
  renewal.close();
});
