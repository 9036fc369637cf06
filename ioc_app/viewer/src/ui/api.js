/** What the panels ask the server. A failed answer becomes an ApiError with text in both languages. */

/** @typedef {import('../engine/types').Title} Title */
/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {import('../engine/types').Bbox} Bbox */
/**
 * @typedef {object} Entry
 * @property {string} feature_id
 * @property {number} idx
 * @property {string} layer_id
 * @property {string} kind
 * @property {string | null} name
 * @property {string | null} label number or code
 * @property {string | null} building
 * @property {string | null} storey
 * @property {string | null} [building_id]
 * @property {string | null} [storey_id]
 * @property {Vec3 | null} position
 * @property {Bbox | null} bbox
 */
/**
 * @typedef {object} Relation
 * @property {string} kind
 * @property {boolean} outward
 * @property {string} feature_id
 * @property {number | null} idx
 * @property {string | null} name
 * @property {string | null} layer_id
 * @property {Vec3 | null} [position]
 * @property {Bbox | null} bbox
 * @property {string | null} building
 */
/** @typedef {{set_name: string, name: string, value: string | null, number: number | null, unit: string | null, origin: string}} Property */
/** @typedef {{position: number, material: string, thickness_m: number | null}} Material */
/**
 * @typedef {Entry & {[column: string]: any} & {
 *   building_id: string | null, storey_id: string | null, space: string | null, attributes: Record<string, any>,
 *   properties: Property[], materials: Material[], systems: {name: string | null, kind: string | null}[],
 *   occupancy?: Occupancy | null,
 *   relations: Relation[], relations_total: number, references: Record<string, Relation>, source_key: string, source_file: string | null, source_pos: string | null, reader: string}} Feature
 */
/** Who has a room; people are counted, never named. @typedef {{units: {unit_id: string, name: string, people: number}[], area_m2: number | null, leases: {tenant: string, area_m2: number | null, ends_on: string | null}[]}} Occupancy */
/** @typedef {import('../engine/types').FieldRef} FieldRef */
/** @typedef {FieldRef & {title: Title, unit: string, type: 'number' | 'category', features: number, distinct: number}} Field */
/**
 * @typedef {object} Values
 * @property {number} first idx of the layer's first feature
 * @property {number} features of the layer
 * @property {'number' | 'category'} type
 * @property {Title} title
 * @property {string} unit
 * @property {string} idx
 * @property {string} [value]
 * @property {number | null} [min]
 * @property {number | null} [max]
 * @property {string} [code]
 * @property {string[]} [categories]
 * @property {number[]} [counts]
 */
/** @typedef {[number, number][]} Ring */
/** @typedef {{feature_id: string, idx: number, rings: Ring[], lines: Ring[]}} Opening */
/** @typedef {{feature_id: string, idx: number, name: string | null, number: string | null, use: string | null, area_m2: number | null, label: [number, number] | null, label_radius_m: number, rings: Ring[]}} PlanSpace */
/** @typedef {{feature_id: string, idx: number, name: string | null, device_code: string | null, device_type: string | null, heading_deg: number | null, position: [number, number]}} PlanDevice */
/**
 * @typedef {object} Plan
 * @property {{storey_id: string, name: string, elevation_m: number, building: string, building_id: string, number: number}} storey
 * @property {number} cut_m
 * @property {[number, number, number, number]} bounds
 * @property {Ring[]} walls
 * @property {Opening[]} windows
 * @property {Ring[]} lines
 * @property {PlanSpace[]} spaces
 * @property {Opening[]} doors
 * @property {PlanDevice[]} devices
 */

/** @typedef {{name: string, display_name: string, kind: 'person' | 'key' | 'kiosk', role: string | null, wall: string | null, rights: string[]}} Me */

/** @typedef {{feed: string, title: Title, state: 'waiting' | 'up' | 'down', rate_per_s: number, last_at: string | null, lag_s: number | null, accepted: number, doubled: number, refused: number, dead_letters: number, fault: string}} Feed */
/** @typedef {{feeds: Feed[], dead_letters: number, disk_free_bytes: number, disk_low: boolean, generation: number, generation_created_at: string, points: number, rules: any}} Health */
/** @typedef {{number: number, at: number, feed: string, reason_zh: string, reason_en: string, raw: string}} DeadLetter */
/** @typedef {{point_id: string, title: Title | null, unit: string | null, value: number | null, quality: string | null, observed_at: string | null}} PointNow */

/** The address alone, of a field or of a colouring. @param {FieldRef} field @returns {Record<string, string>} */
export function refOf({ column, attribute, set, property, quantity }) {
  const parts = Object.entries({ column, attribute, set, property, quantity });
  return Object.fromEntries(parts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {Title} text
   */
  constructor(code, text) {
    super(text.en);
    this.code = code;
    this.text = text;
  }
}

/** What a write has to repeat: the session's token, which only our own pages can read. */
export function csrfToken() {
  return /(?:^|; )twin_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
}

const UNREACHABLE = new ApiError('unreachable', {
  zh: '连接不上服务器。请检查网络，稍后重试。',
  en: 'The server cannot be reached. Check the network and try again.',
});

/** What the server can tell of any moment; everything else is as it is now. */
const TOLD_OF_THEN = /^\/(points(\?|\/latest)|alarms\/(?!actors)[^/?]+$|incidents\/(?!terms|measures)[^/?]+$)/;
/** What is done, is done now. */
const ACTS = /^\/(alarms|incidents|handover|maintenance)(\/|$)/;

/** @param {string} zh the moment @param {string} en */
function notNow(zh, en) {
  return new ApiError('not_now', { zh: `正在查看 ${zh}，不能处置；请先回到现在。`, en: `You are looking at ${en}: nothing can be done there. Go back to now first.` });
}

export class Api {
  /** @param {string} url prefix, "/api/v1" */
  constructor(url) {
    this.url = url.replace(/\/$/, '');
    /** The moment that is shown, ms; null: now. @type {() => number | null} */
    this.at = () => null;
    /** How a moment is said. @type {(language: import('../engine/types').Language, at: number) => string} */
    this.said = (_language, at) => new Date(at).toISOString();
  }

  /** @param {number} idx @returns {Promise<Feature>} */
  featureByIdx(idx) {
    return this.get(`/features/by-idx/${idx}`);
  }

  /** @param {string} id @returns {Promise<Feature>} */
  feature(id) {
    return this.get(`/features/${encodeURIComponent(id)}`);
  }

  /**
   * @param {string} question
   * @param {AbortSignal} signal
   * @returns {Promise<Entry[]>}
   */
  search(question, signal) {
    return this.get(`/search?q=${encodeURIComponent(question)}&limit=30`, signal);
  }

  /** What a layer can be coloured by. @param {string} layer @returns {Promise<Field[]>} */
  fields(layer) {
    return this.get(`/fields?layer=${encodeURIComponent(layer)}`);
  }

  /** @param {string} layer @param {FieldRef} ref @returns {Promise<Values>} */
  values(layer, ref) {
    return this.get(`/values?${new URLSearchParams({ layer, ...refOf(ref) })}`);
  }

  /** @param {string} storeyId @returns {Promise<Plan>} */
  plan(storeyId) {
    return this.get(`/plan/${encodeURIComponent(storeyId)}`);
  }

  /** Who is asking. @returns {Promise<Me>} */
  me() {
    return this.get('/me');
  }

  /** How the campus is being fed. @returns {Promise<Health>} */
  feeds() {
    return this.get('/feeds');
  }

  /** What came and could not be taken. @param {number} limit @returns {Promise<DeadLetter[]>} */
  deadLetters(limit) {
    return this.get(`/dead-letters?limit=${limit}`);
  }

  /** What a device measures now. @param {string} deviceCode @returns {Promise<PointNow[]>} */
  points(deviceCode) {
    return this.get(`/points?device_code=${encodeURIComponent(deviceCode)}`);
  }

  /** What devices measure. @returns {Promise<{quantity: string, unit: string, title: Title, points: number}[]>} */
  quantities() {
    return this.get('/points/quantities');
  }

  /** The newest value of a quantity everywhere. @param {string} quantity @returns {Promise<import('../now/sensors.js').Latest>} */
  latest(quantity) {
    return this.get(`/points/latest?quantity=${encodeURIComponent(quantity)}`);
  }

  /** What there is of a camera. @param {string} deviceCode @returns {Promise<{picture: boolean, video: boolean}>} */
  camera(deviceCode) {
    return this.get(`/cameras/${encodeURIComponent(deviceCode)}`);
  }

  /** What a camera shows now. @param {string} deviceCode @returns {Promise<Blob>} */
  picture(deviceCode) {
    return this.get(`/cameras/${encodeURIComponent(deviceCode)}/picture`, undefined, (response) => response.blob());
  }

  /** Its playlist. @param {string} deviceCode */
  videoUrl(deviceCode) {
    return `${this.url}/cameras/${encodeURIComponent(deviceCode)}/hls/`;
  }

  /** End this session. */
  async logOut() {
    const root = this.url.replace(/\/api\/v1$/, '');
    await fetch(`${root}/logout`, { method: 'POST', headers: { 'X-CSRFToken': csrfToken() } });
  }

  /**
   * @param {string} path below the API
   * @param {AbortSignal} [signal]
   * @param {(response: Response) => Promise<any>} [read] an answer that is not JSON
   * @returns {Promise<any>}
   */
  get(path, signal, read) {
    const at = TOLD_OF_THEN.test(path) ? this.at() : null;
    const asked = at === null ? path : `${path}${path.includes('?') ? '&' : '?'}at=${new Date(at).toISOString()}`;
    return this.#ask(asked, { signal, headers: { Accept: 'application/json' } }, read);
  }

  /** @param {string} path @param {object} body @returns {Promise<any>} */
  async post(path, body) {
    const at = ACTS.test(path) ? this.at() : null;
    if (at !== null) throw notNow(this.said('zh', at), this.said('en', at));
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() };
    return this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** @param {string} path @param {RequestInit} options @param {(response: Response) => Promise<any>} [read] @returns {Promise<any>} */
  async #ask(path, options, read) {
    /** @type {Response} */
    let response;
    try {
      response = await fetch(this.url + path, options);
    } catch (fault) {
      if (options.signal?.aborted) throw fault;
      throw UNREACHABLE;
    }
    if (response.status === 401) window.location.reload(); // the session has ended: the same address shows the login
    if (response.ok && read) return read(response);
    const body = await response.json().catch(() => null);
    if (response.ok) return body;
    throw body?.text ? new ApiError(body.code, body.text) : UNREACHABLE;
  }
}
