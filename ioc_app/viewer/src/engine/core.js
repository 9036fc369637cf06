/** The engine's heart: loads a scene, draws it on demand, cleans up. What users and panels do with it is in engine.js. */
import { SRGBColorSpace, TextureLoader, Vector3 } from 'three';
import { CameraRig } from './camera.js';
import { disposeContent, drawnOf, loadMarkers, makeContent, readScene } from './content.js';
import { Cuts } from './cuts.js';
import { dracoDecoder } from './decoders.js';
import { Emitter } from './emitter.js';
import { ForeignSet } from './foreign.js';
import { LabelLayer } from './labels.js';
import { sharedUniforms } from './materials.js';
import { MeasureTool } from './measure.js';
import { Stage } from './stage.js';
import { Surface } from './surface.js';
import { wallScale } from './wall.js';
import { buildingName } from '../names.js';

/** @typedef {import('./types').Scene} Scene */
/** @typedef {import('./types').EngineOptions} EngineOptions */
/** @typedef {import('./content.js').Content} Content */

const PULSE_MS = 40;
/** By how much every pipe is wider on screen than it is, on either side, px. */
const PIPE_EDGE_PX = 0.75;
/** So long a lost context has to be given back; then the canvas is replaced, and where there is none to be had, tried again so often. */
const GIVEN_BACK_MS = 1500;
const REPLACED_AGAIN_MS = 1000;
const MOST_REPLACED = 4;
/** How often a moving camera asks which tiles it wants. */
const TILES_MS = 80;
/** The controls work out anew where the camera stands, even at rest: what differs by less than 0.1 mm is no move. @param {string} _ @param {unknown} value */
const withoutNoise = (_, value) => (typeof value === 'number' ? Math.round(value * 1e4) : value);

export class EngineCore {
  /**
   * @param {HTMLElement} host
   * @param {EngineOptions} options
   */
  constructor(host, options) {
    this.events = new Emitter(options.onEvent);
    this.language = options.language ?? 'zh';
    /** @type {import('./types').Theme} */
    this.theme = options.theme ?? 'dark';
    this.uniforms = sharedUniforms();
    this.surface = new Surface(host, options.shadows, {
      onResize: (width, height) => this.resized(width, height),
      onLost: () => this.lost(),
      onRestored: () => this.restored(),
    });
    this.canvas = this.surface.canvas;
    this.stage = new Stage();
    this.rig = new CameraRig(this.canvas, () => this.invalidate());
    this.cuts = new Cuts(this.uniforms);
    this.labels = new LabelLayer();
    this.ruler = new MeasureTool((result) => this.events.emit('measure', result));
    this.stage.scene.add(this.cuts.group, this.labels.mesh, this.ruler.group);
    /** Attached sets, in the order of their numbers from 1; null: detached. @type {(ForeignSet | null)[]} */
    this.attached = [];
    /** @type {Scene | null} */
    this.scene = null;
    /** @type {Content | null} */
    this.content = null;
    /** Of another generation, while its tiles are on their way. @type {Content | null} */
    this.coming = null;
    /** Which of the orthophotos lies on the ground. @type {number | null} */
    this.photo = null;
    this.draco = dracoDecoder();
    this.disposed = false;
    /** @type {Promise<Scene>} */
    this.ready = new Promise(() => undefined);
    this.base = new URL(document.baseURI);
    this.frameRequest = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.recovering = undefined;
    this.lastView = '';
    this.tilesAskedAt = -Infinity;
    this.lastStats = { drawCalls: 0, triangles: 0, scriptMs: 0, geometries: 0, textures: 0, frames: 0 };
    this.surface.fit();
  }

  // --- loading -------------------------------------------------------------------------------------------------

  /** @param {string} url @returns {Promise<Scene>} */
  async load(url) {
    const base = new URL(url, document.baseURI);
    /** @type {Scene} */
    const scene = await readScene(base);
    if (this.disposed) return scene;
    const content = makeContent(this, scene, base);
    this.show(scene, content, base);
    this.rig.home(false);
    this.resized(this.surface.width, this.surface.height);
    if (scene.orthophotos.length > 0) this.setOrthophoto(0);
    for (const result of await loadMarkers(scene, content, base, this.language)) if (result.status === 'rejected') this.failed('markers', result.reason);
    this.crowdChanged();
    this.events.emit('ready', scene);
    this.invalidate();
    return scene;
  }

  /** From the next frame on this scene is drawn. @param {Scene} scene @param {Content} content @param {URL} base */
  show(scene, content, base) {
    Object.assign(this, { scene, content, base });
    content.overlays.setTheme(this.theme === 'light' ? 'light' : 'dark');
    this.stage.scene.add(...drawnOf(content));
    this.rig.setBounds(scene.bbox, homeBox(scene));
    this.stage.setBounds(scene.bbox, this.rig.radius);
    this.nameBuildings();
    for (const one of scene.tilesets) this.attach(one.url, one);
  }

  nameBuildings() {
    const buildings = this.scene?.buildings ?? [];
    this.labels.set(
      buildings.filter((building) => building.name).map((building) => {
        const [west, south, bottom, east, north, top] = building.bbox;
        return {
          text: buildingName(building, this.language),
          position: [(west + east) / 2, (south + north) / 2, top + 1],
          priority: (east - west) * (north - south) * (top - bottom),
        };
      }),
    );
  }

  /**
   * @param {string} url
   * @param {import('./types').TilesetOptions} options
   */
  attach(url, options) {
    const one = new ForeignSet(this, new URL(url, this.base).href, options, this.attached.length + 1);
    this.attached.push(one);
    this.stage.scene.add(one.loader.group);
    this.invalidate();
    return one;
  }

  /** @param {ForeignSet} one */
  letGo(one) {
    this.attached[this.attached.indexOf(one)] = null;
    one.loader.group.removeFromParent();
    one.dispose();
    this.invalidate();
  }

  /** @param {string[]} ids */
  detach(ids) {
    for (const one of this.foreign) if (ids.includes(one.id)) this.letGo(one);
  }

  get foreign() {
    return this.attached.filter((one) => one !== null);
  }

  /** @returns {Iterable<import('three').Mesh>} */
  *drawnMeshes() {
    if (this.content) for (const mesh of this.content.tiles.visibleMeshes()) if (mesh.visible) yield mesh;
    for (const one of this.foreign) if (one.visible) yield* one.loader.visibleMeshes();
  }

  /** What the section box may cut through. */
  *cutMeshes() {
    const { content, cuts } = this;
    if (!content || !cuts.box) return;
    for (const mesh of content.tiles.visibleMeshes()) if (content.layers.mayBeSolid(mesh)) yield mesh;
  }

  /**
   * @param {string} code
   * @param {unknown} error
   */
  failed(code, error) {
    if (!this.disposed) this.events.emit('error', { code, message: error instanceof Error ? error.message : String(error) });
  }

  // --- drawing -------------------------------------------------------------------------------------------------

  invalidate() {
    if (this.frameRequest === 0 && !this.disposed) this.frameRequest = requestAnimationFrame(() => this.frame());
  }

  /** What is drawn has changed, not only the camera: shadows too. */
  redraw() {
    this.surface.renderer.shadowMap.needsUpdate = true;
    this.crowdChanged();
  }

  /** Markers or events are elsewhere, or look otherwise: clusters too. */
  crowdChanged() {
    if (this.content) this.content.overlays.crowd.changed = true;
    this.invalidate();
  }

  frame() {
    this.frameRequest = 0;
    if (this.disposed || this.surface.gl.isContextLost()) return;
    if (this.surface.isBusy()) return this.invalidate();
    const start = performance.now();
    const moving = this.rig.update();
    const view = JSON.stringify(this.rig.view(), withoutNoise);
    const changed = view !== this.lastView;
    this.lastView = view;
    const asked = this.askForTiles(start, changed);
    this.draw();
    this.surface.framed();
    this.measureFrame(performance.now() - start);
    if (changed) this.events.emit('view', this.rig.view());
    this.events.emit('frame', this.lastStats);
    if (this.content) this.events.emit('progress', { value: this.content.tiles.progress });
    if (moving || !asked) this.invalidate();
    else this.drawLater();
  }

  /** What blinks, runs or waits to be grouped is drawn again by itself, on one timer. */
  drawLater() {
    const { overlays } = this.content ?? {};
    const wait = Math.min(overlays?.restless ? PULSE_MS : Infinity, overlays?.crowd.due(performance.now()) ?? Infinity);
    clearTimeout(this.later);
    if (wait < Infinity) this.later = setTimeout(() => this.invalidate(), wait);
  }

  /**
   * @param {number} now
   * @param {boolean} moving
   * @returns {boolean} whether this view's tiles have been asked for; a camera in motion asks now and then, and at its end
   */
  askForTiles(now, moving) {
    if (moving && now - this.tilesAskedAt < TILES_MS) return false;
    this.tilesAskedAt = now;
    for (const loader of this.loaders()) loader.update(this.rig.camera, this.surface.width, this.surface.height);
    return true;
  }

  loaders() {
    const own = [this.content, this.coming].flatMap((one) => (one ? [one.tiles] : []));
    return [...own, ...this.foreign.filter((one) => one.visible).map((one) => one.loader)];
  }

  draw() {
    const { renderer } = this.surface;
    this.cuts.buildSoil(this.content ? this.content.layers.meshesOf('terrain') : []);
    const { camera, flat, controls, radius } = this.rig;
    this.stage.follow(camera, flat, camera.position.distanceTo(controls.target), radius);
    const { width, height } = this.surface;
    this.content?.overlays.follow({ camera, width, height, isCut: (point) => this.cuts.isCut(point, false) });
    const project = (/** @type {Vector3} */ point) => this.projectPoint(point);
    const uncut = (/** @type {Vector3} */ point) => (this.cuts.isCut(point, false) ? null : project(point));
    const crowd = this.content?.overlays.crowd; // news and alarms before names
    const taken = crowd ? [...crowd.events.labels.arrange(uncut), ...crowd.raisedBoxes(project)] : [];
    this.labels.arrange((point) => (this.content?.states.isolated ? null : uncut(point)), taken);
    this.ruler.labels.arrange(project);
    renderer.info.reset();
    if (this.cuts.box) this.content?.caps.count(renderer, [...this.cutMeshes()], camera);
    renderer.render(this.stage.scene, camera);
  }

  /** @param {number} scriptMs */
  measureFrame(scriptMs) {
    const { render, memory } = this.surface.renderer.info;
    this.lastStats = {
      drawCalls: render.calls,
      triangles: render.triangles,
      scriptMs,
      geometries: memory.geometries,
      textures: memory.textures,
      frames: this.lastStats.frames + 1,
    };
  }

  /**
   * @param {number} width CSS px
   * @param {number} height
   */
  resized(width, height) {
    this.rig.resize(width, height);
    this.uniforms.uPipe.value.set(PIPE_EDGE_PX * wallScale(width, height), this.surface.errorPx).multiplyScalar(2 / height);
    for (const part of [this.labels, this.ruler, this.cuts.edges, this.content?.markers, this.content?.overlays]) part?.resize(width, height);
    this.lastView = ''; // from the same place another piece of the campus is seen, at another scale
    this.invalidate();
  }

  lost() {
    this.events.emit('contextlost', null);
    this.recover(GIVEN_BACK_MS, MOST_REPLACED);
  }

  /**
   * After a crash of a driver a browser may give no context back to a canvas that had one, but to another.
   * @param {number} wait_ms
   * @param {number} tries
   */
  recover(wait_ms, tries) {
    clearTimeout(this.recovering);
    this.recovering = setTimeout(() => {
      try {
        this.surface.remake();
      } catch (fault) {
        if (tries > 1) return this.recover(REPLACED_AGAIN_MS, tries - 1);
        return this.events.emit('contextgone', fault instanceof Error ? fault.message : String(fault));
      }
      this.canvas = this.surface.canvas;
      this.canvasReplaced();
      return this.restored();
    }, wait_ms);
  }

  canvasReplaced() {
    this.rig.listenTo(this.canvas);
    for (const one of [this.content, this.coming]) if (one) one.picker.renderer = this.surface.renderer;
  }

  restored() {
    clearTimeout(this.recovering);
    this.events.emit('contextrestored', null);
    this.redraw();
  }

  async settled() {
    await this.ready;
    const idle = () => this.loaders().every((loader) => loader.settled) && !this.content?.overlays.crowd.changed;
    let calm = 0;
    while (!this.disposed && calm < 2) {
      this.tilesAskedAt = -Infinity; // each look asks
      await this.nextFrame();
      calm = idle() ? calm + 1 : 0;
    }
  }

  /** One more is drawn, unless there is nothing to draw on. */
  async nextFrame() {
    const { frames } = this.lastStats;
    this.invalidate();
    do await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30)));
    while (!this.disposed && this.lastStats.frames === frames && !this.surface.gl.isContextLost());
  }

  screenshot() {
    this.draw();
    return this.canvas.toDataURL('image/png');
  }

  stats() {
    return { ...this.lastStats };
  }

  /** @param {Vector3} point */
  projectPoint(point) {
    const { camera } = this.rig;
    const { width, height } = this.surface;
    const eye = point.clone().applyMatrix4(camera.matrixWorldInverse);
    const away = this.rig.flat ? 1 : -eye.z;
    const at = eye.applyMatrix4(camera.projectionMatrix);
    if (away <= 0 || at.z < -1 || at.z > 1) return null;
    const pixelsPerMetre = (camera.projectionMatrix.elements[5] * height) / 2 / away;
    return { x: ((at.x + 1) / 2) * width, y: ((1 - at.y) / 2) * height, depth: at.z, pixelsPerMetre };
  }

  /** @param {number | null} index of scene.orthophotos */
  setOrthophoto(index) {
    const photo = index === null ? null : this.scene?.orthophotos[index];
    this.photo = index;
    const { uOrtho, uOrthoOn, uOrthoBox } = this.uniforms;
    uOrtho.value?.dispose();
    uOrtho.value = null;
    uOrthoOn.value = false;
    this.invalidate();
    if (!photo) return;
    const texture = new TextureLoader().load(
      new URL(photo.url, this.base).href,
      () => {
        if (this.disposed || uOrtho.value !== texture) return texture.dispose();
        uOrthoOn.value = true;
        return this.invalidate();
      },
      undefined,
      () => this.failed('orthophoto', photo.url),
    );
    texture.colorSpace = SRGBColorSpace;
    texture.anisotropy = 8;
    uOrtho.value = texture;
    const [west, south, east, north] = photo.bbox;
    uOrthoBox.value.set(west, south, east, north);
  }

  dispose() {
    if (this.disposed) return;
    this.disposed = true;
    cancelAnimationFrame(this.frameRequest);
    clearTimeout(this.later);
    clearTimeout(this.recovering);
    this.events.clear();
    this.uniforms.uOrtho.value?.dispose();
    for (const one of this.foreign) one.dispose();
    for (const one of [this.content, this.coming]) if (one) disposeContent(one);
    for (const part of [this.draco, this.labels, this.ruler, this.cuts, this.rig, this.stage, this.surface]) part.dispose();
  }
}

/**
 * What home shows: the registered buildings and some of what is around them, or the whole campus without any.
 * @param {Scene} scene
 * @returns {import('./types').Bbox}
 */
export function homeBox({ bbox, buildings }) {
  if (buildings.length === 0) return bbox;
  const lows = [0, 1, 2].map((axis) => Math.min(...buildings.map((one) => one.bbox[axis])));
  const highs = [3, 4, 5].map((axis) => Math.max(...buildings.map((one) => one.bbox[axis])));
  const around = 0.12 * Math.max(highs[0] - lows[0], highs[1] - lows[1]);
  const [low, high] = [lows.map((value) => value - around), highs.map((value) => value + around)];
  return [
    Math.max(low[0], bbox[0]), Math.max(low[1], bbox[1]), Math.max(lows[2], bbox[2]),
    Math.min(high[0], bbox[3]), Math.min(high[1], bbox[4]), Math.min(highs[2], bbox[5]),
  ];
}
