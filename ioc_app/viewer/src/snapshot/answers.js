/**
 * What a snapshot answers instead of a server: what the server answered when it was made, to the newest moment that is kept and
 * not later than the one that is asked for. What it does not hold it says so.
 */

/** @typedef {import('./record.js').Kept} Kept */
/** @typedef {{status: number, body: any}} Answer */

const FOUND = 200;
const MISSING = 404;
const FORBIDDEN = 403;
const MOST_FOUND = 30;

/** The newest of what is kept that is not later; the oldest where all are. @template T @param {readonly T[]} kept by time @param {number} at @param {(one: T) => number} when @returns {T | undefined} */
export function newestBy(kept, at, when) {
  return kept.findLast((/** @type {T} */ one) => when(one) <= at) ?? kept[0];
}

/** @param {string} zh @param {string} en */
const fault = (zh, en, status = MISSING) => ({ status, body: { code: 'not_in_snapshot', params: {}, text: { zh, en } } });

const NOT_KEPT = fault('快照中没有这项内容；请到园区系统中查看。', 'This is not in the snapshot; look it up in the running system.');
const NO_PLACE = fault('快照中的数字只有全园的，没有单个地点的。', 'The numbers in a snapshot are of the whole campus, not of one place.');
const READ_ONLY = fault('快照只能查看，不能处置。', 'A snapshot can be looked at; nothing can be done in it.', FORBIDDEN);

export class Answers {
  /** @param {Kept} record */
  constructor(record) {
    this.record = record;
    this.byIdx = new Map(record.cards.map((one) => [one.idx, one]));
    this.byId = new Map(record.cards.map((one) => [one.feature_id, one]));
    /** @type {Map<string, number[]>} */
    this.pointsOf = new Map();
    record.points.forEach((one, n) => this.pointsOf.set(one.device_code, [...(this.pointsOf.get(one.device_code) ?? []), n]));
  }

  /** @param {string} method @param {string} path below the API @param {URLSearchParams} query @returns {Answer} */
  answer(method, path, query) {
    if (method !== 'GET') return READ_ONLY;
    const at = Date.parse(query.get('at') ?? '') || this.record.about.to;
    if (query.has('place')) return NO_PLACE;
    const body = this.#found(path, query, at);
    return body === undefined ? NOT_KEPT : { status: FOUND, body };
  }

  /** @param {string} path @param {URLSearchParams} query @param {number} at @returns {any} undefined: not kept */
  #found(path, query, at) {
    if (path === '/moment') return this.#moment(at);
    if (path === '/moments') return this.record.answers['/moments'];
    if (path === '/points') return this.#points(query.get('device_code'), at);
    if (path === '/search') return this.#search(query.get('q') ?? '');
    const [, kind, named] = /^\/features\/(by-idx\/)?(.+)$/.exec(path) ?? [];
    if (named) return kind ? this.byIdx.get(Number(named)) : this.byId.get(named);
    const address = addressOf(path, query);
    const { answers, timed } = this.record;
    if (address in answers) return answers[address];
    return newestBy(timed[address] ?? [], at, ([when]) => when)?.[1];
  }

  /** @param {number} at */
  #moment(at) {
    const { moments, pool } = this.record;
    const found = newestBy(moments, at, (one) => one.at);
    if (!found) return undefined;
    const lists = Object.entries(found.lists).map(([name, numbers]) => [name, numbers.map((one) => pool[one])]);
    return { ...found.rest, ...Object.fromEntries(lists) };
  }

  /** @param {string | null} device @param {number} at */
  #points(device, at) {
    const { points, measured } = this.record;
    const wanted = device === null ? points.map((_, n) => n) : (this.pointsOf.get(device) ?? []);
    return wanted.map((n) => {
      // only what is otherwise than before is kept
      const said = measured.findLast(([when, those]) => when <= at && those.includes(n));
      const place = said?.[1].indexOf(n) ?? -1;
      const [value, quality, observed_at] = said ? [said[2][place], said[3][place], said[4][place]] : [null, null, null];
      return { ...points[n], value, quality, observed_at };
    });
  }

  /** Every word is in the name, the number or the id. @param {string} question */
  #search(question) {
    const words = question.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const holds = (/** @type {any} */ one) => {
      const said = [one.name, one.label, one.feature_id, one.building, one.storey].filter(Boolean).join(' ').toLowerCase();
      return words.every((word) => said.includes(word));
    };
    return this.record.cards.filter(holds).slice(0, MOST_FOUND).map(entryOf);
  }
}

/** As the search of the server has it. @param {any} card */
const entryOf = ({ feature_id, idx, layer_id, kind, name, label, building, storey, building_id, storey_id, position, bbox }) => ({ feature_id, idx, layer_id, kind, name, label, building, storey, building_id, storey_id, position, bbox });

/** As the recorder writes it: without the moment, by name, as it reads. @param {string} path @param {URLSearchParams} query */
export function addressOf(path, query) {
  const said = [...query].filter(([name]) => name !== 'at' && name !== 'known_seq').sort(([one], [other]) => (one < other ? -1 : 1));
  return said.length ? `${path}?${said.map((one) => one.join('=')).join('&')}` : path;
}
