/**
 * The one socket of a screen. It comes back by itself with the number it saw last, so that nothing is missed; what it cannot know
 * it says: `lost` while there is no connection, `stale` when three heartbeats in a row did not come.
 */
import { readValues } from './frames.js';

/** @typedef {import('./frames.js').Values} Values */
/**
 * @typedef {object} StreamEvent
 * @property {string} event_id
 * @property {number} seq
 * @property {string} kind
 * @property {string} originator
 * @property {string} occurred_at
 * @property {string} [type]
 * @property {string} [text]
 * @property {import('../engine/types').Level} [level]
 * @property {number | null} [idx]
 * @property {[number, number, number]} [scene]
 */
/** @typedef {{feeds: {waiting: number, up: number, down: number}, disk_low: boolean, rules_wrong?: number, generation: number, at: string}} Beat */
/** @typedef {'connecting' | 'live' | 'stale' | 'lost' | 'ended'} Connection */
/**
 * @typedef {object} Handlers
 * @property {(values: Values) => void} values
 * @property {(events: StreamEvent[], snapshot: boolean) => void} events
 * @property {(frame: import('./alarms.js').AlarmsFrame) => void} alarms
 * @property {(frame: import('./incidents.js').IncidentsFrame) => void} incidents
 * @property {(beat: Beat) => void} beat
 * @property {(told: object) => void} [wall] to a wall: what a desk has sent there, and how it is set up
 * @property {(timezone: string) => void} zone that of the campus, before anything else
 * @property {(connection: Connection) => void} connection
 */

const BEAT_MS = 10_000;
const MISSED_BEATS = 3;
const JITTER_MS = 3000;
const LONGEST_MS = 15_000;
const SESSION_ENDED = 4401;

/** @param {number} failures in a row @param {number} chance 0 to 1 @returns {number} how long to wait: longer each time, and not all at once */
export function reconnectDelay(failures, chance) {
  return Math.min(LONGEST_MS, 500 * 2 ** Math.min(failures, 6)) + chance * JITTER_MS;
}

export class Stream {
  /** @param {string} apiUrl @param {Handlers} handlers @param {{random?: () => number}} [options] */
  constructor(apiUrl, handlers, { random = Math.random } = {}) {
    this.url = new URL(`${apiUrl}/stream`, window.location.href);
    this.url.protocol = this.url.protocol.replace('http', 'ws');
    this.handlers = handlers;
    this.random = random;
    this.failures = 0;
    this.after = '';
    this.timer = 0;
    this.watchdog = 0;
    this.closed = false;
    /** @type {Connection | null} */
    this.connection = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.open();
  }

  open() {
    if (this.after) this.url.searchParams.set('after', this.after);
    this.socket = new WebSocket(this.url);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onmessage = ({ data }) => this.take(data);
    this.socket.onclose = ({ code }) => this.left(code);
    if (this.connection === null) this.say('connecting');
    this.expectBeat();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.socket?.close();
  }

  /** @param {ArrayBuffer | string} data */
  take(data) {
    this.expectBeat();
    this.say('live');
    this.failures = 0;
    if (typeof data !== 'string') {
      const values = readValues(data);
      this.seen(values.head.seq);
      this.handlers.values(values);
      return;
    }
    const said = JSON.parse(data);
    if (said.epoch) this.epoch = said.epoch;
    if (said.timezone) this.handlers.zone(said.timezone);
    if (said.type !== 'beat' && said.type !== 'wall') this.seen(said.seq);
    if (said.type === 'events') this.handlers.events(said.events, said.snapshot);
    else if (said.type === 'alarms') this.handlers.alarms(said);
    else if (said.type === 'incidents') this.handlers.incidents(said);
    else if (said.type === 'beat') this.handlers.beat(said);
    else if (said.type === 'wall') this.handlers.wall?.(said);
  }

  /** @param {number} seq */
  seen(seq) {
    this.after = `${this.epoch}-${seq}`;
  }

  /** @param {Connection} connection */
  say(connection) {
    if (connection === this.connection) return;
    this.connection = connection;
    this.handlers.connection(connection);
  }

  /** Without a word for three heartbeats the socket is dead, whatever the browser believes. */
  expectBeat() {
    clearTimeout(this.watchdog);
    this.watchdog = window.setTimeout(() => {
      this.say('stale');
      this.socket?.close();
      this.left(0);
    }, BEAT_MS * MISSED_BEATS);
  }

  /** @param {number} code */
  left(code) {
    if (this.closed || !this.socket) return;
    this.socket.onclose = this.socket.onmessage = null;
    this.socket = null;
    clearTimeout(this.watchdog);
    if (code === SESSION_ENDED) return this.say('ended');
    this.say('lost');
    this.timer = window.setTimeout(() => this.open(), reconnectDelay(this.failures, this.random()));
    this.failures += 1;
    return undefined;
  }
}
