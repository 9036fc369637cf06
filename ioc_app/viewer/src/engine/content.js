/** What exists only once scene.json has been read: one generation's tiles, markers and states, made and let go as a whole. */
import { SectionCaps } from './caps.js';
import { Highlight } from './highlight.js';
import { LayerBook } from './layers.js';
import { TileLoader } from './loader.js';
import { fetchJson, MarkerBook } from './markerbook.js';
import { Overlays } from './overlays.js';
import { Picker } from './picker.js';
import { FeatureStates } from './states.js';

/** @typedef {import('./types').Scene} Scene */
/** @typedef {import('./core.js').EngineCore} EngineCore */
/** @typedef {{states: FeatureStates, layers: LayerBook, tiles: TileLoader, markers: MarkerBook, picker: Picker, highlight: Highlight, caps: SectionCaps, overlays: Overlays, setState: (idx: number, state: number) => void}} Content */

/** @param {URL} url @returns {Promise<Scene>} */
export async function readScene(url) {
  /** @type {Scene} */
  const scene = await fetchJson(url.href);
  scene.buildings.forEach(reachStoreys);
  return scene;
}

/**
 * Nothing of it is drawn yet.
 * @param {EngineCore} engine
 * @param {Scene} scene
 * @param {URL} base what its addresses are relative to
 * @returns {Content}
 */
export function makeContent(engine, scene, base) {
  const storeys = scene.buildings.flatMap((building) => building.storeys.map((storey) => storey.number));
  const states = new FeatureStates(scene.features, Math.max(0, ...storeys));
  const uniforms = { ...engine.uniforms, ...states.uniforms };
  const layers = new LayerBook(scene.layers, scene.features, uniforms);
  const markers = new MarkerBook(uniforms, scene.features);
  const overlays = new Overlays(markers, states, uniforms, () => engine.invalidate());
  const highlight = new Highlight(uniforms);
  const caps = new SectionCaps(uniforms, engine.surface.renderer.extensions.has('EXT_float_blend'));
  const tiles = new TileLoader(new URL(scene.tileset, base).href, {
    onMesh: (mesh, layerId, features) => {
      layers.adopt(mesh, layerId ?? '', features?.idx ?? null);
      if (features) states.setStoreys(features.idx, features.storey);
      highlight.adopt(mesh);
    },
    onGone: (mesh) => {
      layers.forget(mesh);
      highlight.forget(mesh);
    },
    onChange: () => engine.invalidate(),
    onShown: () => {
      engine.cuts.soilIsOld = true;
      engine.redraw();
    },
    onError: (error) => engine.failed('tile', error),
  }, engine.surface.errorPx);
  const picker = new Picker(engine.surface.renderer, engine.stage.scene, {
    meshes: () => engine.drawnMeshes(),
    of: (mesh) => layers.of(mesh),
    layerOf: (idx) => layers.layerOf(idx),
    tilesetOf: (number) => engine.attached[number - 1]?.id ?? null,
    isCut: (point, ground) => engine.cuts.isCut(point, ground),
    cutMeshes: () => engine.cutMeshes(),
    states,
  });
  return { states, layers, tiles, markers, picker, highlight, caps, overlays, setState: (idx, state) => markers.setState(idx, state) };
}

/**
 * The marker files of all layers.
 * @param {Scene} scene
 * @param {Content} content
 * @param {URL} base
 * @param {import('./types').Language} language
 */
export function loadMarkers(scene, content, base, language) {
  const { markers, states, layers, overlays, setState } = content;
  const loads = scene.layers.filter((layer) => layer.markers).map(async (layer) => {
    const one = await markers.load(layer, new URL(String(layer.markers), base).href, language);
    one.placeInStoreys(scene.buildings);
    states.setStoreys(one.idx, one.storey);
    for (const idx of one.idx) if (overlays.live.state[idx] > 0) setState(idx, overlays.live.state[idx]); // the stream was quicker
    const number = layers.ids.indexOf(layer.id);
    for (const idx of one.idx) if (idx < layers.ofIdx.length) layers.ofIdx[idx] = number;
  });
  return Promise.allSettled(loads);
}

/** What hangs in the scene. @param {Content} content */
export function drawnOf({ tiles, markers, caps, overlays }) {
  return [tiles.group, markers.group, caps.mesh, ...overlays.objects];
}

/** @param {Content} content */
export function disposeContent(content) {
  for (const one of drawnOf(content)) one.removeFromParent();
  const { tiles, markers, layers, states, picker, highlight, caps, overlays } = content;
  for (const part of [tiles, markers, layers, states, picker, highlight, caps, overlays]) part.dispose();
}

/**
 * A building registered by its footprint alone has a flat box; its storeys say how far it reaches.
 * @param {import('./types').SceneBuilding} building
 */
export function reachStoreys({ bbox, storeys }) {
  for (const { elevation_m: floor, height_m: height } of storeys) {
    bbox[2] = Math.min(bbox[2], floor);
    bbox[5] = Math.max(bbox[5], floor + (height || 3));
  }
}
