/** 3D Tiles sets that others made: drawn with their own materials, put on the globe's place when they are in ECEF. */
import { Matrix4, Vector3 } from 'three';
import { TileLoader } from './loader.js';
import { fetchJson } from './markerbook.js';

/** @typedef {{loader: TileLoader, visible: boolean}} Foreign */
/** Farther from the origin than any campus: the set is placed on the globe. */
const ECEF_M = 1_000_000;

/**
 * @param {import('./core.js').EngineCore} engine
 * @param {string} url
 * @returns {Foreign}
 */
export function attachTileset(engine, url) {
  const loader = new TileLoader(url, {
    onMesh: (mesh) => (mesh.userData.layerId = ''),
    onChange: () => engine.invalidate(),
    onError: (error) => engine.failed('tileset', error),
  }, engine.surface.errorPx);
  loader.tiles.addEventListener('load-root-tileset', () => place(engine, loader).catch((error) => engine.failed('tileset', error)));
  return { loader, visible: true };
}

/**
 * Our own `ecef.json` holds scene → ECEF as its root transform; its inverse brings the set into the scene.
 * @param {import('./core.js').EngineCore} engine
 * @param {TileLoader} loader
 */
async function place(engine, loader) {
  const scene = await engine.ready;
  const centre = loader.bounds().getCenter(new Vector3());
  if (centre.length() < ECEF_M) return;
  const ecef = await fetchJson(new URL('ecef.json', new URL(scene.tileset, engine.base)).href);
  new Matrix4().fromArray(ecef.root.transform).invert().decompose(loader.group.position, loader.group.quaternion, loader.group.scale);
  loader.group.updateMatrixWorld(true);
  engine.invalidate();
}
