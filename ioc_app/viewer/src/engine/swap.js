/**
 * Another generation in place of the one that is shown, in the same canvas: loaded beside it, drawn once its tiles for
 * this view are there, then the old one is let go. What people chose stays: camera, layers, cuts, storeys, photo.
 */
import { disposeContent, loadMarkers, makeContent, readScene } from './content.js';

/** @typedef {import('./types').Scene} Scene */
/** @typedef {import('./content.js').Content} Content */
/** @typedef {import('./engine.js').CampusEngine} CampusEngine */

/** What has not come by then comes into view as it does at the start: a hidden page draws no frames that would ask. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 50;

/**
 * @param {CampusEngine} engine
 * @param {string} url of scene.json
 * @returns {Promise<Scene>} what is shown now; the same as before if there is no other generation
 * @throws when something of the new one cannot be loaded: the old one is shown as before
 */
export async function swapScene(engine, url) {
  const base = new URL(url, document.baseURI);
  const scene = await readScene(base);
  const shown = engine.scene;
  if (engine.disposed || !shown || scene.generation === shown.generation) return shown ?? scene;
  if (String(scene.campus.origin) !== String(shown.campus.origin)) throw new RangeError('another origin: this page must be opened anew');
  const content = (engine.coming = makeContent(engine, scene, base));
  try {
    await arrived(engine, scene, content, base);
  } catch (fault) {
    disposeContent(content);
    throw fault;
  } finally {
    engine.coming = null;
  }
  if (!engine.disposed) replace(engine, scene, content, base);
  else disposeContent(content);
  return scene;
}

/** @param {CampusEngine} engine @param {Scene} scene @param {Content} content @param {URL} base */
async function arrived(engine, scene, content, base) {
  const root = await fetch(new URL(scene.tileset, base));
  if (!root.ok) throw new Error(`${scene.tileset}: ${root.status} ${root.statusText}`);
  for (const result of await loadMarkers(scene, content, base, engine.language)) if (result.status === 'rejected') throw result.reason;
  const began = performance.now();
  while (!engine.disposed && !content.tiles.settled && performance.now() - began < PATIENCE_MS) {
    engine.tilesAskedAt = -Infinity;
    engine.invalidate();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** @param {CampusEngine} engine @param {Scene} scene @param {Content} content @param {URL} base */
function replace(engine, scene, content, base) {
  const { scene: before, content: old } = engine;
  if (!before || !old) return;
  const sets = engine.tilesetState();
  const photo = before.orthophotos[engine.photo ?? -1];
  keepLayers(old, content);
  keepStoreys(before, old, scene, content);
  engine.forgetFeatures();
  engine.detach(before.tilesets.map((one) => one.id));
  disposeContent(old);
  engine.show({ ...scene, tilesets: scene.tilesets.map((one) => ({ ...one, ...sets[one.id] })) }, content, base);
  content.caps.fit(engine.cuts.box);
  engine.keepLifted();
  const same = photo ? scene.orthophotos.findIndex((one) => one.name === photo.name) : -1;
  engine.setOrthophoto(same < 0 ? null : same);
  engine.cuts.soilIsOld = true;
  engine.resized(engine.surface.width, engine.surface.height);
  engine.redraw();
  engine.events.emit('scene', scene);
}

/** Layers of the same id are shown as they were. @param {Content} from @param {Content} to */
function keepLayers(from, to) {
  for (const [id, { visible, opacity }] of from.layers.looks) {
    to.layers.setVisible(id, visible);
    to.layers.setOpacity(id, opacity);
    const markers = from.markers.layers.get(id);
    if (markers) to.markers.setVisible(id, markers.group.visible);
  }
  to.layers.setGroundOpacity(from.layers.groundOpacity);
}

/**
 * Storeys of the same id stand apart or alone as they did; their numbers may be others.
 * @param {Scene} before
 * @param {Content} from
 * @param {Scene} after
 * @param {Content} to
 */
function keepStoreys(before, from, after, to) {
  const numbers = new Map(after.buildings.flatMap(({ storeys }) => storeys.map((one) => [one.storey_id, one.number])));
  /** @type {Map<number, number>} */
  const lifts = new Map();
  const alone = [];
  for (const { storey_id: id, number } of before.buildings.flatMap((one) => one.storeys)) {
    const now = numbers.get(id);
    if (now === undefined) continue;
    if (from.states.storeys[number * 4]) lifts.set(now, from.states.storeys[number * 4]);
    if (from.states.storeys[number * 4 + 1] > 0.5) alone.push(now);
  }
  to.states.lift(lifts);
  to.states.isolate(from.states.isolated && alone.length ? alone : null);
}
