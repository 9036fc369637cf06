/** What people and panels do with the scene; the facade is described in types.d.ts. */
import { Box3, Vector3 } from 'three';
import { LiveEngine } from './engine_live.js';
import { listen } from './input.js';
import { storeyLifts } from './states.js';
import { swapScene } from './swap.js';
import { composed } from './wall.js';

/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {import('./types').Bbox} Bbox */
/** @typedef {import('./types').Hit} Hit */
/** @typedef {import('./types').Engine} Engine */
/** @typedef {import('./types').EngineEvents} EngineEvents */

/** How far a flight to a point stops before it, m. */
const ARRIVAL_M = 40;
/** A marker that lies this far behind a surface is covered by it, m. */
const COVER_M = 0.5;

/** @implements {Engine} */
export class CampusEngine extends LiveEngine {
  /**
   * @param {HTMLElement} host
   * @param {import('./types').EngineOptions} options
   */
  constructor(host, options) {
    super(host, options);
    /** @type {number | null} */
    this.selected = null;
    /** @type {Promise<import('./types').Scene> | null} */
    this.swapping = null;
    this.stopInput = listen(this.canvas, this.inputEvents());
    this.setTheme(options.theme ?? 'dark');
    this.ready = this.load(options.sceneUrl);
    this.ready.catch((error) => this.failed('scene', error));
  }

  /**
   * @template {keyof EngineEvents} K
   * @param {K} type
   * @param {(detail: EngineEvents[K]) => void} listener
   */
  on(type, listener) {
    return this.events.on(type, listener);
  }

  /** @param {string} url of scene.json; one at a time */
  swapScene(url) {
    return (this.swapping ??= this.ready.then(() => swapScene(this, url)).finally(() => (this.swapping = null)));
  }

  /** The numbers of another generation mean other things. Whoever chose something chooses it again. */
  forgetFeatures() {
    this.selected = null;
    this.uniforms.uSelected.value = this.uniforms.uHovered.value = -1;
  }

  canvasReplaced() {
    super.canvasReplaced();
    this.stopInput();
    this.stopInput = listen(this.canvas, this.inputEvents());
  }

  // --- picking -------------------------------------------------------------------------------------------------

  /** @param {Vec3} position */
  project(position) {
    const at = this.projectPoint(new Vector3(...position));
    return at && { x: at.x, y: at.y };
  }

  /**
   * @param {number} x CSS px
   * @param {number} y
   * @param {boolean} [markersToo]
   * @returns {Hit | null}
   */
  pick(x, y, markersToo = true) {
    const { content } = this;
    if (!content) return null;
    this.rig.settle();
    const sign = markersToo ? this.signAt(x, y) : null;
    if (sign) return sign;
    const marker = markersToo ? content.markers.hit(x, y, (point) => this.projectPoint(point), content.states, (point) => this.cuts.isCut(point, false)) : null;
    if (marker && !(marker.onlyInSight && this.isCovered(marker.position))) return marker;
    return this.pickBody(x, y);
  }

  /**
   * @param {number} x CSS px
   * @param {number} y
   * @returns {Hit | null} never a marker
   */
  pickBody(x, y) {
    const { content, surface, rig } = this;
    if (!content) return null;
    const ndc = /** @type {const} */ ([(x / surface.width) * 2 - 1, 1 - (y / surface.height) * 2]);
    const cap = this.cuts.box && content.picker.onCap(...ndc, rig.camera, this.cuts.box);
    if (cap) return cap;
    if (content.states.differsFromMeshes) return content.picker.byId(x, y, surface.width, surface.height, rig.camera);
    return content.picker.byRay(...ndc, rig.camera);
  }

  /** @param {Vec3} position */
  isCovered(position) {
    const at = this.project(position);
    const hit = at && this.pickBody(at.x, at.y);
    const eye = this.rig.camera.position;
    return Boolean(hit) && eye.distanceTo(new Vector3(...(hit?.position ?? position))) < eye.distanceTo(new Vector3(...position)) - COVER_M;
  }

  /** @returns {import('./input.js').InputEvents} */
  inputEvents() {
    return {
      onClick: (x, y) => this.clicked(x, y),
      onDoubleClick: (x, y) => this.doubleClicked(x, y),
      onHover: (x, y) => this.hovered(x, y),
      onLeave: () => {
        this.hover(null);
        this.events.emit('hover', null);
        this.events.emit('coordinates', null);
      },
      onKey: (event) => this.keyed(event),
    };
  }

  /** @param {((x: number, y: number) => boolean) | null} claim */
  claimClicks(claim) {
    this.claim = claim;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  clicked(x, y) {
    if (this.ruler.mode) {
      const hit = this.pick(x, y, false);
      if (hit) this.ruler.add(hit.position);
      return this.invalidate();
    }
    if (this.claim?.(x, y)) return undefined;
    const hit = this.pick(x, y);
    if (hit && this.clickedSign(hit)) return this.invalidate();
    const kind = this.scene?.layers.find((layer) => layer.id === hit?.layerId)?.kind;
    const { idx = null, position = null } = hit ?? {};
    const chosen = idx !== null && kind !== 'terrain'; // the ground is where one clicks to let go
    return this.select(chosen ? idx : null, chosen ? position : null);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  doubleClicked(x, y) {
    if (this.ruler.mode) this.ruler.finish();
    else if (!this.rig.flight) { // the first of the two clicks may have opened a cluster
      const hit = this.pick(x, y);
      if (hit) this.flyTo({ position: hit.position });
    }
    this.invalidate();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  hovered(x, y) {
    const { scene, content } = this;
    if (!scene || !content) return;
    const hit = this.pick(x, y, this.ruler.mode === null);
    const kind = scene.layers.find((layer) => layer.id === hit?.layerId)?.kind;
    this.hover(hit && kind !== 'terrain' && !this.ruler.mode ? hit.idx : null);
    if (!this.ruler.mode) this.canvas.style.cursor = hit?.cluster || hit?.event !== undefined ? 'pointer' : '';
    if (this.ruler.mode) {
      this.ruler.draw(hit?.position ?? null);
      this.invalidate();
    }
    this.events.emit('hover', hit && { idx: hit.idx, position: hit.position, layerId: hit.layerId, tilesetId: hit.tilesetId, x, y });
    const ndc = /** @type {const} */ ([(x / this.surface.width) * 2 - 1, 1 - (y / this.surface.height) * 2]);
    const position = hit?.position ?? content.picker.onLevel(...ndc, this.rig.camera, this.rig.controls.target.z);
    const [east, north, height] = scene.campus.origin;
    this.events.emit('coordinates', position && { x: position[0] + east, y: position[1] + north, z: position[2] + height });
  }

  /** @param {number | null} idx */
  hover(idx) {
    const value = idx ?? -1;
    if (this.uniforms.uHovered.value === value) return;
    this.uniforms.uHovered.value = value;
    this.invalidate();
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.key === 'Escape') {
      if (this.ruler.mode) this.measure(null);
      else this.select(null);
      return true;
    }
    if (event.key === 'Enter' && this.ruler.mode) {
      this.ruler.finish();
      this.invalidate();
      return true;
    }
    return this.rig.key(event);
  }

  // --- view ----------------------------------------------------------------------------------------------------

  getView() {
    return this.rig.view();
  }

  /**
   * @param {import('./types').ViewRequest} view
   * @param {{animate?: boolean}} [options]
   */
  setView(view, { animate = false } = {}) {
    this.rig.setView(view, animate);
  }

  /** @param {{bbox: Bbox} | {position: Vec3, distance_m?: number}} target */
  flyTo(target) {
    if ('bbox' in target) return this.rig.setView(target, true);
    const half = (target.distance_m ?? ARRIVAL_M) * 0.36;
    const [x, y, z] = target.position;
    return this.rig.setView({ bbox: [x - half / 2, y - half / 2, z - half / 2, x + half / 2, y + half / 2, z + half / 2] }, true);
  }

  home() {
    this.rig.home(true);
  }

  north() {
    this.rig.north();
  }

  /** @param {boolean} on */
  plan(on) {
    this.rig.setPlan(on);
  }

  /** @param {number} factor */
  zoom(factor) {
    this.rig.zoom(factor);
  }

  heading() {
    return this.rig.heading();
  }

  metresPerPixel() {
    return this.rig.metresPerPixel();
  }

  // --- layers and states ---------------------------------------------------------------------------------------

  /**
   * @param {string} layerId
   * @param {boolean} visible
   */
  setLayerVisible(layerId, visible) {
    this.content?.layers.setVisible(layerId, visible);
    this.redraw();
    this.setMarkersVisible(layerId, visible);
    this.events.emit('layers', this.layerState());
  }

  /**
   * @param {string} layerId
   * @param {number} opacity
   */
  setLayerOpacity(layerId, opacity) {
    this.content?.layers.setOpacity(layerId, opacity);
    this.redraw();
    this.events.emit('layers', this.layerState());
  }

  layerState() {
    const looks = this.content?.layers.looks ?? new Map();
    return Object.fromEntries([...looks].map(([id, { visible, opacity }]) => [id, { visible, opacity }]));
  }

  /**
   * @param {number | null} idx
   * @param {Vec3 | null} [position] where it was clicked
   */
  select(idx, position = null) {
    if (idx === this.selected) return;
    this.selected = idx;
    this.uniforms.uSelected.value = idx ?? -1;
    this.content?.highlight.select(idx, this.content.tiles.meshes);
    this.invalidate();
    this.events.emit('select', idx === null ? null : { idx, position, layerId: this.content?.layers.layerOf(idx) ?? '' });
  }

  /** @param {{idx: Uint32Array, rgba: Uint8Array}} colours */
  colourBy({ idx, rgba }) {
    this.content?.states.colourBy(idx, rgba);
    this.invalidate();
  }

  clearColours() {
    this.content?.states.clearColours();
    this.invalidate();
  }

  /**
   * @param {ArrayLike<number>} idx
   * @param {boolean} hidden
   */
  setHidden(idx, hidden) {
    this.content?.states.setHidden(idx, hidden);
    this.redraw();
  }

  clearHidden() {
    this.content?.states.clearHidden();
    this.redraw();
  }

  /** @param {number[] | null} numbers */
  isolateStorey(numbers) {
    this.content?.states.isolate(numbers);
    this.redraw();
  }

  /**
   * @param {number} factor
   * @param {string} [buildingId] all buildings without it
   */
  explode(factor, buildingId) {
    const { scene, content } = this;
    if (!scene || !content) return;
    const lifts = new Map(content.states.lifted ? scene.buildings.flatMap(({ storeys }) => storeys.map(({ number }) => [number, content.states.storeys[number * 4]])) : []);
    for (const building of scene.buildings) {
      if (buildingId !== undefined && building.building_id !== buildingId) continue;
      for (const [number, metres] of storeyLifts(building.storeys, factor)) lifts.set(number, metres);
    }
    content.states.lift(lifts);
    this.keepLifted();
    this.redraw();
  }

  /** Buildings that are pulled apart stay loaded. */
  keepLifted() {
    const { scene, content } = this;
    if (!scene || !content) return;
    const apart = scene.buildings.filter(({ storeys }) => storeys.some(({ number }) => content.states.storeys[number * 4] !== 0));
    content.tiles.keepInView.boxes = apart.map(({ bbox: [x0, y0, z0, x1, y1, z1] }) => new Box3(new Vector3(x0, y0, z0 - 5), new Vector3(x1, y1, z1 + 5)));
  }

  /** @param {{min: Vec3, max: Vec3} | null} box */
  section(box) {
    this.cuts.section(box);
    this.content?.caps.fit(box);
    this.redraw();
  }

  /** @param {number} opacity */
  setTerrainOpacity(opacity) {
    this.content?.layers.setGroundOpacity(opacity);
    this.invalidate();
  }

  /** @param {import('./types').DigWindow | null} window */
  digWindow(window) {
    this.cuts.dig(window);
    this.invalidate();
  }

  /** @param {import('./types').MeasureMode | null} mode @param {boolean} [keep] */
  measure(mode, keep) {
    this.ruler.setMode(mode, keep);
    this.canvas.style.cursor = mode ? 'crosshair' : '';
    this.hover(null);
    this.invalidate();
  }

  // --- markers, labels, attached sets --------------------------------------------------------------------------

  /**
   * @param {string} layerId
   * @param {boolean} visible
   */
  setMarkersVisible(layerId, visible) {
    this.content?.markers.setVisible(layerId, visible);
    this.crowdChanged();
  }

  /** @param {string} layerId */
  markerStyles(layerId) {
    return this.content?.markers.layers.get(layerId)?.styles ?? {};
  }

  /** @param {boolean} visible */
  setLabelsVisible(visible) {
    this.labels.setVisible(visible);
    this.invalidate();
  }

  /** @param {boolean} visible */
  setTrailsVisible(visible) {
    const { trails } = this.content?.overlays ?? {};
    if (trails) trails.mesh.visible = visible;
    this.invalidate();
  }

  /** @param {number | null} scale */
  setSignScale(scale) {
    composed.scale = scale;
    this.resized(this.surface.width, this.surface.height);
  }

  /**
   * @param {string} tilesetId
   * @param {boolean} visible
   */
  setTilesetVisible(tilesetId, visible) {
    this.foreign.find((one) => one.id === tilesetId)?.setVisible(visible);
    this.invalidate();
  }

  /**
   * @param {string} tilesetId
   * @param {number} opacity
   */
  setTilesetOpacity(tilesetId, opacity) {
    this.foreign.find((one) => one.id === tilesetId)?.setOpacity(opacity);
    this.invalidate();
  }

  tilesetState() {
    return Object.fromEntries(this.foreign.map(({ id, visible, opacity }) => [id, { visible, opacity }]));
  }

  /**
   * @param {string} url
   * @param {import('./types').TilesetOptions} [options]
   */
  loadTileset(url, options = {}) {
    const one = this.attach(url, options);
    return {
      setVisible: (/** @type {boolean} */ visible) => {
        one.setVisible(visible);
        this.invalidate();
      },
      dispose: () => this.letGo(one),
    };
  }

  /** @param {import('./types').Theme} theme */
  setTheme(theme) {
    this.theme = theme;
    const plates = theme === 'light' ? 'light' : 'dark';
    this.content?.overlays.setTheme(plates);
    this.stage.setTheme(theme);
    const { accent, rim, contours } = this.stage.look;
    this.uniforms.uAccent.value.set(accent);
    this.uniforms.uRim.value.set(rim);
    this.uniforms.uContours.value = contours;
    this.cuts.edges.setColour(accent);
    this.labels.setTheme(plates);
    this.ruler.labels.setTheme(plates);
    this.invalidate();
  }

  /** @param {import('./types').Language} language */
  setLanguage(language) {
    this.language = language;
    this.content?.markers.setLanguage(language);
    this.nameBuildings();
    this.invalidate();
  }

  dispose() {
    this.stopInput();
    super.dispose();
  }
}

/**
 * @param {HTMLElement} host with a size and a position
 * @param {import('./types').EngineOptions} options
 * @returns {Engine}
 */
export function createEngine(host, options) {
  return new CampusEngine(host, options);
}
