/**
 * Markers and events together on the screen: which of them a cluster stands for, which stand for themselves. Looked at
 * anew a few times a second, and only when the camera or a state has changed.
 */
import { Vector3 } from 'three';
import { BadgeLayer } from './badges.js';
import { Clusterer, shortCount } from './clusters.js';
import { EventBook } from './events.js';
import { isNews, LEVELS, levelOf, NORMAL, RANKS } from './levels.js';
import { isLargeEnough } from './markers.js';
import { wallScale } from './wall.js';

/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {import('./types').Cluster} Cluster */
/** @typedef {import('./badges.js').Badge & {leader?: number, event?: import('./events.js').Placed}} Sign leader: of a cluster */
/**
 * @typedef {object} Sight what the crowd is seen through
 * @property {import('three').Matrix4} matrix scene to clip space
 * @property {number} pixelScale half the screen's height times the projection's, for metres to CSS px
 * @property {number} width CSS px
 * @property {number} height
 * @property {(point: {x: number, y: number, z: number}) => boolean} isCut
 */

/** At most five times a second. */
const EVERY_MS = 200;
/** Nearer than this to an alarm, or to something calm, a marker shares its sign, CSS px. */
const REACH_PX = 24;
const CALM_REACH_PX = 16;
const ALARM_RANK = 2 * Math.min(...RANKS.filter((_, state) => levelOf(state) > 0));
/** Half of what a name must leave free around an alarm, CSS px, and around how many alarms it does. */
const FREE_PX = 12;
const MAX_FREE = 100;
/** What is about to come into the picture is grouped with it, as a share of the picture. */
const MARGIN = 0.12;

export class Crowd {
  /**
   * @param {import('./markerbook.js').MarkerBook} markers
   * @param {import('./states.js').FeatureStates} states
   * @param {Record<string, {value: any}>} uniforms
   */
  constructor(markers, states, uniforms) {
    this.markers = markers;
    this.states = states;
    this.badges = new BadgeLayer(uniforms);
    this.events = new EventBook();
    this.clusterer = new Clusterer();
    /** Where each thing is now, three numbers each: markers by their slots, then events. */
    this.at = new Float32Array(0);
    this.state = new Uint8Array(0);
    /** By leader: how many things it stands for, how many of them are alarms. */
    this.led = new Int32Array(0);
    this.alarms = new Int32Array(0);
    /** @type {Sign[]} */
    this.signs = [];
    /** Where alarms are drawn, the worst first. @type {Vec3[]} */
    this.raised = [];
    this.changed = true;
    this.lookedAt = -Infinity;
    /** How long the last look took, ms. */
    this.lookMs = 0;
    /** Whether something blinks: an event or a cluster that nobody has acknowledged. */
    this.pulsing = false;
  }

  /** @param {readonly import('./types').LiveEvent[]} events */
  setEvents(events) {
    this.events.set(events);
    for (let i = this.markers.count; i < this.clusterer.room; i++) this.clusterer.forget(i); // their numbers are others now
    this.changed = true;
    this.events.place((idx) => this.placeOfDevice(idx));
    return { unplaced: this.events.events.filter(({ at }) => !at).map(({ id }) => id) };
  }

  /** @param {number} idx @returns {Vec3 | null} also while its storey is put aside */
  placeOfDevice(idx) {
    return this.markers.placeOf(idx, this.states);
  }

  /** @param {number} now ms @returns {number} in how many ms to look again; 0: now; Infinity: no need */
  due(now) {
    return this.changed ? Math.max(0, this.lookedAt + EVERY_MS - now) : Infinity;
  }

  /**
   * @param {Sight} sight
   * @param {number} now ms
   */
  look(sight, now) {
    const start = performance.now();
    this.changed = false;
    this.lookedAt = now;
    this.events.place((idx) => this.placeOfDevice(idx));
    const count = this.markers.count + this.events.events.length;
    this.clusterer.reserve(count);
    if (this.at.length < count * 3) {
      this.at = new Float32Array(this.clusterer.room * 3);
      this.state = new Uint8Array(this.clusterer.room);
      this.led = new Int32Array(this.clusterer.room);
      this.alarms = new Int32Array(this.clusterer.room);
    }
    this.gather(sight);
    const scale = wallScale(sight.width, sight.height);
    const seen = this.clusterer.run(count, sight.width, sight.height, REACH_PX * scale, { rank: ALARM_RANK, reach: CALM_REACH_PX * scale });
    this.countLed(count);
    this.signs = this.drawSigns(seen);
    this.badges.set(this.signs);
    this.pulsing = this.signs.some(({ state, pill }) => !pill && isNews(state));
    const first = this.markers.count;
    const { leader } = this.clusterer;
    this.events.write((i) => (leader[first + i] < 0 ? null : this.placeAt(leader[first + i])));
    this.lookMs = performance.now() - start;
  }

  /** @param {number} i @returns {Vec3} */
  placeAt(i) {
    return [this.at[i * 3], this.at[i * 3 + 1], this.at[i * 3 + 2]];
  }

  /** Where everything is on the screen, and how bad it is. @param {Sight} sight */
  gather(sight) {
    const { states, at, state } = this;
    const { x, rank } = this.clusterer;
    for (const { layer, first } of this.markers.shelves) {
      const { visible } = layer.group;
      const { position, storey, idx } = layer;
      const live = layer.live.array;
      for (let row = 0; row < idx.length; row++) {
        const i = first + row;
        x[i] = NaN;
        if (!visible || !states.isShown(idx[row])) continue;
        at[i * 3] = position[row * 3];
        at[i * 3 + 1] = position[row * 3 + 1];
        at[i * 3 + 2] = position[row * 3 + 2] + states.liftOf(idx[row]);
        state[i] = live[row * 3];
        rank[i] = RANKS[state[i]] * 2;
        const pixelsPerMetre = this.aim(i, sight);
        if (x[i] === x[i] && !isLargeEnough(pixelsPerMetre, state[i], storey[row])) x[i] = NaN;
      }
    }
    this.events.events.forEach((event, n) => {
      const i = this.markers.count + n;
      x[i] = NaN;
      if (!event.at || (event.idx !== null && !states.isShown(event.idx))) return;
      at.set(event.at, i * 3);
      state[i] = event.state;
      rank[i] = RANKS[event.state] * 2 + 1; // before the device it is about
      this.aim(i, sight);
    });
  }

  /**
   * Puts a thing on the screen, or beside it.
   * @param {number} i
   * @param {Sight} sight
   * @returns {number} CSS px of a metre there, at the size of a desk
   */
  aim(i, { matrix: { elements: m }, pixelScale, width, height, isCut }) {
    point.fromArray(this.at, i * 3);
    const { x, y, z } = point;
    const w = m[3] * x + m[7] * y + m[11] * z + m[15];
    const right = (m[0] * x + m[4] * y + m[8] * z + m[12]) / w;
    const up = (m[1] * x + m[5] * y + m[9] * z + m[13]) / w;
    const seen = w > 0 && Math.abs(right) < 1 + MARGIN * 2 && Math.abs(up) < 1 + MARGIN * 2 && !isCut(point);
    this.clusterer.x[i] = seen ? ((right + 1) / 2) * width : NaN;
    this.clusterer.y[i] = ((1 - up) / 2) * height;
    return pixelScale / w / wallScale(width, height);
  }

  /**
   * How many things each leader stands for, and how many of them are alarms. An event on a device is the device's.
   * @param {number} count
   */
  countLed(count) {
    const { led, alarms, state, clusterer } = this;
    const { leader } = clusterer;
    const first = this.markers.count;
    led.fill(0, 0, count);
    alarms.fill(0, 0, count);
    /** @type {Set<number>} devices that are an alarm by an event alone */
    const raised = new Set();
    for (let i = 0; i < count; i++) {
      if (leader[i] < 0) continue;
      const alarmed = levelOf(state[i]) > 0;
      const device = i < first ? -1 : this.deviceOf(i);
      if (device < 0) {
        led[leader[i]]++;
        alarms[leader[i]] += Number(alarmed);
      } else if (alarmed && levelOf(state[device]) === 0 && !raised.has(device)) {
        raised.add(device);
        alarms[leader[i]]++;
      }
    }
  }

  /** @param {number} i of an event @returns {number} the slot of the device it is about, when that is on screen; else -1 */
  deviceOf(i) {
    const slot = this.markers.slotOf[this.events.events[i - this.markers.count].idx ?? -1] ?? -1;
    return slot >= 0 && this.clusterer.leader[slot] >= 0 ? slot : -1;
  }

  /**
   * The worst in front; the markers learn whether a sign stands for them.
   * @param {number} seen how many things are on screen
   * @returns {Sign[]}
   */
  drawSigns(seen) {
    const { leader, order } = this.clusterer;
    const { led, alarms, state } = this;
    const first = this.markers.count;
    /** @type {Sign[]} */
    const signs = [];
    this.raised = [];
    for (let n = 0; n < seen; n++) {
      const i = order[n];
      if (leader[i] !== i) continue;
      const position = this.placeAt(i);
      const level = levelOf(state[i]);
      if (level > 0 && this.raised.length < MAX_FREE) this.raised.push(position);
      if (led[i] > 1) {
        if (level > 0 && led[i] > alarms[i]) signs.push({ position, state: state[i], text: shortCount(led[i]), pill: true });
        signs.push({ position, state: level > 0 ? state[i] : NORMAL, text: shortCount(level > 0 ? alarms[i] : led[i]), size: level > 0 ? undefined : 'calm', leader: i });
      } else if (i >= first) {
        signs.push({ position, state: state[i], text: LEVELS[level - 1]?.numeral ?? 'i', size: 'event', event: this.events.events[i - first] });
      }
    }
    for (const { layer, first: start } of this.markers.shelves) {
      for (let row = 0; row < layer.idx.length; row++) {
        const by = leader[start + row];
        layer.setClustered(row, by >= 0 && (led[by] > 1 || by >= first));
      }
    }
    return signs;
  }

  /**
   * What names must not cover.
   * @param {(point: Vector3) => {x: number, y: number} | null} project
   */
  raisedBoxes(project) {
    const half = FREE_PX * this.badges.scale;
    return this.raised.flatMap((place) => {
      const at = project(point.set(...place));
      return at ? [{ x: at.x - half, y: at.y - half, width: 2 * half, height: 2 * half }] : [];
    });
  }

  /** @param {number} by the leader @returns {Cluster} */
  clusterOf(by) {
    const { leader } = this.clusterer;
    const { markers, events } = this;
    const idx = markers.shelves.flatMap(({ layer, first }) => Array.from(layer.idx).filter((_, row) => leader[first + row] === by));
    const ids = events.events.filter((_, n) => leader[markers.count + n] === by).map(({ id }) => id);
    /** @type {Vec3[]} */
    const members = [];
    for (let i = 0; i < markers.count + events.events.length; i++) if (leader[i] === by) members.push(this.placeAt(i));
    const edge = (/** @type {'min' | 'max'} */ side, /** @type {number} */ axis) => members.reduce((found, place) => Math[side](found, place[axis]), members[0][axis]);
    return {
      position: this.placeAt(by), count: this.led[by], alarms: this.alarms[by], state: levelOf(this.state[by]) > 0 ? this.state[by] : NORMAL,
      idx, events: ids, bbox: [edge('min', 0), edge('min', 1), edge('min', 2), edge('max', 0), edge('max', 1), edge('max', 2)],
    };
  }

  /** What is drawn now. @returns {Cluster[]} the worst first */
  clusters() {
    return this.signs.flatMap(({ leader }) => (leader === undefined ? [] : [this.clusterOf(leader)]));
  }

  /**
   * @param {number} x CSS px
   * @param {number} y
   * @param {(position: Vec3) => {x: number, y: number} | null} project
   * @returns {import('./types').Hit | null} a cluster or an event
   */
  hit(x, y, project) {
    const text = this.events.hit(x, y); // texts lie over the signs
    const sign = text ? null : this.badges.hit(this.signs, x, y, project);
    const event = text ?? sign?.event;
    if (!sign && !event) return null;
    const position = /** @type {Vec3} */ (event?.at ?? sign?.position);
    const cluster = sign?.leader === undefined ? undefined : this.clusterOf(sign.leader);
    return { idx: event?.idx ?? null, position, layerId: '', tilesetId: null, normal: null, cluster, event: event?.id };
  }

  dispose() {
    this.badges.dispose();
    this.events.dispose();
  }
}

const point = new Vector3();
