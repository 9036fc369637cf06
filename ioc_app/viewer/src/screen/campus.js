/**
 * The map part of a screen on the engine that is mounted: layers, devices, ground, names, trails and colours. What the desk
 * had changed is put aside while a screen is shown, and is there again afterwards.
 */
import { decodeU16, decodeU32 } from '../engine/base64.js';
import { MapColours } from './colours.js';

/** @typedef {import('../engine/types').Engine} Engine */
/** @typedef {import('./screens.js').MapView} MapView */
/** @typedef {import('../engine/types').LayerStates} LayerStates */
/** @typedef {import('./screens.js').Viewer} Viewer */

/** @type {MapView} */
export const PLAIN = { layers: {}, devices: null, ground: 1, labels: true, trails: true, colour: null };
/** Of the desk's state, what changes the model. */
const PUT_ASIDE = /** @type {const} */ (['colouring', 'isolation', 'explode', 'section', 'groundOpacity', 'dig']);

/** Of a desk where nothing was changed. */
const UNCHANGED = { colouring: null, isolation: null, explode: { factor: 0, buildingId: '' }, section: null, groundOpacity: 1, dig: null };

/**
 * How each layer of the scene is shown: 0 hidden to 1 solid; those that a screen does not name as the scene has them.
 * @param {readonly import('../engine/types').SceneLayer[]} layers @param {Record<string, number>} named @returns {LayerStates}
 */
export function layerStates(layers, named) {
  const states = layers.map(({ id, visible, opacity = 1 }) => {
    const share = named[id];
    return [id, share === undefined ? { visible, opacity } : { visible: share > 0, opacity: share > 0 ? share : opacity }];
  });
  return Object.fromEntries(states);
}

export class CampusPart {
  /** @param {Viewer} viewer @param {(legend: import('./colours.js').MapLegend | null) => void} explain */
  constructor(viewer, explain) {
    this.viewer = viewer;
    this.engine = viewer.engine;
    this.colours = new MapColours(viewer, explain);
    /** What the desk had: its layers, and its state. @type {{layers: LayerStates, state: any} | null} */
    this.aside = null;
    /** @type {MapView} */
    this.view = PLAIN;
    /** Types of the devices by number, of one generation. @type {{generation: number, codes: Map<string, number[]>} | null} */
    this.devices = null;
    this.hidden = '';
  }

  /** @param {boolean} linked the page was opened with a link to a screen: what it changed is the screen's, not the desk's */
  enter(linked) {
    if (this.aside) return;
    const { store, context } = this.viewer;
    const state = linked ? UNCHANGED : Object.fromEntries(PUT_ASIDE.map((name) => [name, store.state[name]]));
    this.aside = { layers: this.engine.layerState(), state };
    if (!linked) context?.actions.reset();
    store.set({ tool: null, measureMode: null });
  }

  /** @param {MapView} view @param {string} screen id */
  show(view, screen) {
    this.view = { ...PLAIN, ...view };
    this.draw();
    this.colours.show(screen, this.view.colour);
  }

  draw() {
    const { engine, view } = this;
    if (!engine.scene) return;
    this.setLayers(layerStates(engine.scene.layers, view.layers));
    engine.setTerrainOpacity(view.ground);
    engine.setLabelsVisible(view.labels);
    engine.setTrailsVisible(view.trails);
    void this.showDevices(view.devices);
  }

  /** Only what differs: each call draws the shadows anew. @param {LayerStates} wanted */
  setLayers(wanted) {
    const { engine } = this;
    const now = engine.layerState();
    for (const [id, { visible, opacity }] of Object.entries(wanted)) {
      if (!now[id]) continue;
      if (now[id].visible !== visible) engine.setLayerVisible(id, visible);
      if (now[id].opacity !== opacity) engine.setLayerOpacity(id, opacity);
    }
  }

  /** @param {readonly string[] | null} types null: all */
  async showDevices(types) {
    const { engine, viewer } = this;
    const generation = engine.scene?.generation;
    const key = types ? `${generation} ${types.join()}` : '';
    if (key === this.hidden || !engine.scene?.layers.some(({ id }) => id === 'devices')) return;
    this.hidden = key;
    if (types && this.devices?.generation !== generation) {
      try {
        this.devices = { generation: Number(generation), codes: codesOf(await viewer.api.values('devices', { column: 'device_type' })) };
      } catch (fault) {
        console.error(fault); // all of them stay: better too many than none
        this.hidden = '';
        return;
      }
    }
    if (key !== this.hidden) return; // somebody went on meanwhile
    engine.clearHidden();
    if (types) for (const [type, idx] of this.devices?.codes ?? []) if (!types.includes(type)) engine.setHidden(idx, true);
  }

  /** Another generation is shown: numbers mean other things. */
  renewed() {
    this.hidden = '';
    this.draw();
    this.colours.renewed();
  }

  leave() {
    const { engine, aside } = this;
    if (!aside) return;
    this.aside = null;
    this.colours.stop();
    this.hidden = '';
    engine.clearHidden();
    engine.setLabelsVisible(true);
    engine.setTrailsVisible(true);
    engine.setTerrainOpacity(1);
    this.setLayers(aside.layers);
    const { actions } = this.viewer.context ?? {};
    if (!actions) return;
    const { colouring, isolation, explode, section, groundOpacity, dig } = aside.state;
    actions.reset(); // what was chosen on the screen goes, what the desk had comes back
    if (isolation) actions.isolate(isolation.buildingId, isolation.storeyIds);
    if (explode.factor) actions.explode(explode.factor, explode.buildingId);
    if (section) actions.section(section);
    actions.groundOpacity(groundOpacity);
    if (dig) actions.digAt(dig);
    if (colouring) void actions.colourBy({ ...colouring });
  }
}

/** @param {import('../ui/api.js').Values} values @returns {Map<string, number[]>} idx by type */
function codesOf({ idx, code = '', categories = [] }) {
  const [known, codes] = [decodeU32(idx), decodeU16(code)];
  /** @type {Map<string, number[]>} */
  const found = new Map(categories.map((one) => [one, []]));
  known.forEach((one, n) => found.get(categories[codes[n]])?.push(one));
  return found;
}
