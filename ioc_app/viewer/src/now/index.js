/**
 * The campus coloured by what its devices measure now. One quantity, asked for every few seconds while it is chosen: the
 * stream carries the main point of each device only.
 */
import { RAMPS, stopsOf } from '../ui/palettes.js';
import en from './i18n/en.json';
import zh from './i18n/zh.json';
import { SensorField, storeyShown } from './field.js';
import { explained } from './legend.js';
import { colourings, doubtsOf, newestOf, rangeOf, roomsOf, sensorsOf } from './sensors.js';

/** @typedef {import('../engine/types').Engine} Engine */
/** @typedef {import('../engine/types').Colouring} Colouring */
/** @typedef {import('./sensors.js').Latest} Latest */
/** @typedef {{engine: Engine, api: import('../ui/api.js').Api, store: import('../ui/store.js').Store, Translator: typeof import('../ui/i18n.js').Translator, say: (text: string) => void}} Surroundings `say`: it cannot be shown, and why */

const REFRESH_MS = 4000;
/** What is coloured, and must be seen. */
const LAYERS = ['devices', 'spaces'];

class Now {
  /** @param {Surroundings} surroundings @param {Colouring} colouring */
  constructor({ engine, api, store, Translator, say }, colouring) {
    Translator.learn({ zh, en });
    this.engine = engine;
    this.api = api;
    this.store = store;
    this.speak = () => new Translator(store.state.language);
    this.say = say;
    this.quantity = String(colouring.quantity);
    this.ramp = colouring.ramp ?? RAMPS[0];
    this.field = new SensorField(engine, api, () => this.draw());
    /** @type {Latest | null} */
    this.latest = null;
    this.coloured = '';
    this.told = '';
    this.timer = 0;
    this.stopped = false;
    this.unwatch = store.watch(['isolation', 'planStorey', 'field'], () => this.draw());
    /** Another moment is shown. */
    this.unwatchTime = store.watch(['then'], () => this.askAnew());
    for (const id of LAYERS) if (engine.layerState()[id]?.visible === false) engine.setLayerVisible(id, true);
  }

  askAnew() {
    clearTimeout(this.timer);
    void this.ask();
  }

  async ask() {
    const { at } = this.store.state;
    try {
      const latest = await this.api.latest(this.quantity);
      if (this.store.state.at === at) this.take(latest);
    } catch (fault) {
      const { code, text } = /** @type {import('../ui/api.js').ApiError} */ (fault);
      if (!this.stopped && code !== 'unreachable') return this.say(text ? this.speak().title(text) : String(fault)); // a lost server is said elsewhere
    }
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = window.setTimeout(() => void this.ask(), REFRESH_MS);
    return undefined;
  }

  /** @param {Latest} latest */
  take(latest) {
    if (this.stopped || latest.generation !== this.engine.scene?.generation) return; // numbers of another generation mean other things
    this.latest = latest;
    this.draw();
  }

  draw() {
    if (!this.latest || this.stopped) return;
    const { latest, engine, store } = this;
    const sensors = sensorsOf(latest);
    const values = sensors.flatMap(({ value }) => (value === null ? [] : [value]));
    const range = rangeOf(values);
    const colours = colourings(sensors, range, this.ramp);
    const key = String([colours.idx, colours.rgba]);
    if (key !== this.coloured) engine.colourBy(colours);
    this.coloured = key;
    const field = this.field.draw(storeyShown(store.state), store.state.field, sensors, range, stopsOf(this.ramp));
    const rooms = [...roomsOf(sensors).values()].filter((one) => one !== null).length;
    this.tell({ sensors: values.length, rooms, doubts: doubtsOf(sensors), otherUnits: latest.other_units, at: newestOf(sensors), field }, range);
  }

  /** @param {import('./legend.js').Said} said @param {ReturnType<typeof rangeOf>} range */
  tell(said, range) {
    const { latest, store } = this;
    const told = JSON.stringify([said, range, store.state.field]);
    if (!latest || (told === this.told && store.state.legend)) return;
    this.told = told;
    const toggle = (/** @type {boolean} */ on) => store.set({ field: on });
    store.set({
      legend: {
        type: 'number', title: latest.title, unit: latest.unit === '1' ? '' : latest.unit, features: said.sensors, missing: 0, ...range, ramp: this.ramp,
        explain: (tr) => explained(said, tr, { on: store.state.field, toggle }),
      },
    });
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.unwatch();
    this.unwatchTime();
    this.field.clear('none');
  }
}

/**
 * @param {Surroundings} surroundings
 * @param {Colouring} colouring by a quantity
 * @returns {() => void} stop; who starts something else takes the colours away
 */
export function startNow(surroundings, colouring) {
  const now = new Now(surroundings, colouring);
  return () => now.stop();
}
