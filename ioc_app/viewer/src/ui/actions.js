/** What panels do, in the words of their readers. The only place that changes both engine and state. */
import { ApiError } from './api.js';
import { applyColouring } from './colouring.js';
import { buildingOf } from '../names.js';

/** @typedef {import('../engine/types').Engine} Engine */
/** @typedef {import('../engine/types').Scene} Scene */
/** @typedef {import('../engine/types').Bbox} Bbox */
/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {import('./api.js').Entry} Entry */
/** @typedef {import('./store.js').Store} Store */
/** What is known of where a thing is. @typedef {{bbox?: Bbox | null, position?: Vec3 | null, layer_id?: string | null, building_id?: string | null, building?: string | null, storey_id?: string | null}} Place */

const POINT_DISTANCE_M = 25;
/** What is smaller is shown with what is around it, m. */
const SMALL_M = 8;
/** How much of the ground is left above a pipe that was looked for. */
const GROUND_OVER_PIPES = 0.35;

export class Actions {
  /**
   * @param {Engine} engine
   * @param {Scene} scene
   * @param {import('./api.js').Api} api
   * @param {Store} store
   * @param {import('./i18n.js').Translator} tr
   */
  constructor(engine, scene, api, store, tr) {
    this.engine = engine;
    this.scene = scene;
    this.api = api;
    this.store = store;
    this.tr = tr;
    this.asked = 0;
  }

  /**
   * Open the card of a feature; the newest question wins.
   * @param {number | null} idx
   */
  async showFeature(idx) {
    this.asked += 1;
    const mine = this.asked;
    if (idx === null) {
      this.store.set({ cardState: 'none', feature: null, cardError: null });
      return;
    }
    this.store.set({ cardState: 'loading', cardError: null });
    try {
      const feature = await this.api.featureByIdx(idx);
      if (mine === this.asked) this.store.set({ cardState: 'shown', feature });
    } catch (fault) {
      if (mine === this.asked) this.store.set({ cardState: 'failed', feature: null, cardError: asApiError(fault) });
    }
  }

  /**
   * Select in 3D, which opens the card, and go there.
   * @param {Place & {idx: number}} entry
   * @param {{fly?: boolean}} [options]
   */
  choose(entry, { fly = true } = {}) {
    if (this.engine.selected === entry.idx && this.store.state.cardState === 'failed') void this.showFeature(entry.idx);
    this.engine.select(entry.idx);
    if (!fly) return;
    this.uncover(entry);
    this.flyTo(entry);
  }

  /**
   * What was looked for must be seen: its layer is shown, a room or a device in one without the storeys above it, a pipe
   * through the ground. The chips at the top say what has been changed and change it back.
   * @param {Place} entry
   */
  uncover({ layer_id, building_id, storey_id }) {
    const layer = this.scene.layers.find((one) => one.id === layer_id);
    if (!layer) return;
    if (!this.engine.layerState()[layer.id]?.visible) this.engine.setLayerVisible(layer.id, true);
    if (layer.underground && this.store.state.groundOpacity === 1) this.groundOpacity(GROUND_OVER_PIPES);
    const { isolation } = this.store.state;
    const indoors = building_id && storey_id && (layer.id === 'spaces' || layer.kind === 'marker');
    if (indoors) this.isolate(building_id, [storey_id]);
    else if (isolation && !(storey_id && isolation.storeyIds.includes(storey_id))) this.isolate(isolation.buildingId, []);
  }

  /** Show a layer, all of it. @param {import('../engine/types').SceneLayer} layer */
  chooseLayer(layer) {
    this.uncover({ layer_id: layer.id });
    if (layer.bbox) this.engine.flyTo({ bbox: layer.bbox });
  }

  /** Select by what a feature is called. @param {string} featureId @param {{fly?: boolean}} [options] */
  async chooseById(featureId, options) {
    this.choose(await this.api.feature(featureId), options);
  }

  closeCard() {
    this.engine.select(null);
  }

  /**
   * A thing without a place of its own (a storey) is shown by its building.
   * @param {Place} entry
   */
  flyTo(entry) {
    const bbox = entry.bbox ?? this.#building(entry)?.bbox;
    if (!bbox) {
      this.say(this.tr.text('card.noPlace'));
      return;
    }
    const size = Math.max(bbox[3] - bbox[0], bbox[4] - bbox[1], bbox[5] - bbox[2]);
    if (size < SMALL_M) this.engine.flyTo({ position: entry.position ?? middleOf(bbox), distance_m: POINT_DISTANCE_M });
    else this.engine.flyTo({ bbox });
  }

  /** @param {Place} entry */
  #building(entry) {
    return this.scene.buildings.find((one) => one.building_id === entry.building_id || (entry.building && one.name === entry.building));
  }

  /**
   * Show only these storeys of a building; an empty list shows everything again.
   * @param {string} buildingId
   * @param {string[]} storeyIds
   */
  isolate(buildingId, storeyIds) {
    const building = buildingOf(this.scene, buildingId);
    const numbers = building?.storeys.filter((one) => storeyIds.includes(one.storey_id)).map((one) => one.number) ?? [];
    this.engine.isolateStorey(numbers.length ? numbers : null);
    this.store.set({ isolation: numbers.length ? { buildingId, storeyIds } : null });
  }

  /** @param {number} factor @param {string} buildingId empty: all buildings */
  explode(factor, buildingId) {
    const { explode } = this.store.state;
    if (explode.buildingId !== buildingId && explode.factor) this.engine.explode(0, explode.buildingId || undefined);
    this.engine.explode(factor, buildingId || undefined);
    this.store.set({ explode: { factor, buildingId } });
  }

  /** @param {import('./store.js').SectionBox | null} box */
  section(box) {
    this.engine.section(box);
    this.store.set({ section: box });
  }

  /** @param {number} opacity 0..1 */
  groundOpacity(opacity) {
    this.engine.setTerrainOpacity(opacity);
    this.store.set({ groundOpacity: opacity });
  }

  /** A round window in the ground around what the camera looks at. @param {number} radius_m 0 closes it */
  dig(radius_m) {
    const [x, y] = this.engine.getView().target;
    this.digAt(radius_m > 0 ? { x, y, radius: radius_m } : null);
  }

  /** @param {import('./store.js').Dig | null} window */
  digAt(window) {
    this.engine.digWindow(window);
    this.store.set({ dig: window });
  }

  /** @param {import('../engine/types').MeasureMode | null} mode */
  measure(mode) {
    this.engine.measure(mode);
    this.store.set({ measureMode: mode, measurement: null });
  }

  /** @param {boolean} on */
  planView(on) {
    this.engine.plan(on);
    this.store.set({ planView: on });
  }

  /** @param {number | null} index */
  orthophoto(index) {
    this.engine.setOrthophoto(index);
    this.store.set({ orthophoto: index });
  }

  /** @param {import('./store.js').Colouring | null} colouring */
  async colourBy(colouring) {
    this.store.set({ colouring, legend: null });
    const isWanted = () => this.store.state.colouring === colouring;
    try {
      const legend = await applyColouring(this.engine, this.api, colouring, isWanted);
      if (isWanted() && colouring?.quantity === undefined) this.store.set({ legend });
    } catch (fault) {
      if (!isWanted()) return;
      this.engine.clearColours();
      this.store.set({ colouring: null });
      this.say(this.tr.title(asApiError(fault).text), 'error');
    }
  }

  /** @param {string | null} storeyId */
  openPlan(storeyId) {
    this.store.set({ planStorey: storeyId });
  }

  /** Everything that hides or changes the model goes back; camera, layers and card stay. */
  reset() {
    const { isolation, explode } = this.store.state;
    if (isolation) this.isolate(isolation.buildingId, []);
    if (explode.factor) this.explode(0, explode.buildingId);
    this.section(null);
    this.groundOpacity(1);
    this.digAt(null);
    this.measure(null);
    void this.colourBy(null);
  }

  /** @param {string} text @param {'info' | 'error'} [kind] */
  say(text, kind = 'info') {
    this.store.set({ toast: { text, kind, at: Date.now() } });
  }
}

/** @param {Bbox} bbox @returns {Vec3} */
const middleOf = ([x0, y0, z0, x1, y1, z1]) => [(x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2];

/** Each chunk has a class of its own: a fault is known by what it says. @param {any} fault @returns {ApiError} */
export function asApiError(fault) {
  if (fault?.code && fault.text?.zh) return fault;
  const detail = fault instanceof Error ? fault.message : String(fault);
  return new ApiError('unexpected', { zh: `出现意外：${detail}`, en: `Unexpected: ${detail}` });
}
