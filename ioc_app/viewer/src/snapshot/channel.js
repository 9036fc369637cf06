/**
 * The page's ways to a server, led to what the file holds. The policy in the file's head lets nothing else through: what is not
 * answered here fails, it does not go out.
 */

/** @typedef {import('./answers.js').Answers} Answers */

/** Reserved by RFC 2606: nobody can own it. */
export const ORIGIN = 'https://snapshot.invalid';
export const API = `${ORIGIN}/api/v1`;
const BEAT_MS = 5000;
const QUIET = { type: 'beat', epoch: 'snapshot', seq: 0, feeds: { waiting: 0, up: 0, down: 0 }, disk_low: false };

/**
 * @param {Answers} answers
 * @param {ArrayBuffer} pack of all files
 */
export function install(answers, pack) {
  const { files, about } = answers.record;
  const byAddress = new Map(files.map(([address, type, begin, length]) => [address, { type, begin, length }]));
  const outside = window.fetch.bind(window);
  window.fetch = async (asked, options = {}) => {
    const address = String(asked instanceof Request ? asked.url : asked);
    if (!address.startsWith(ORIGIN)) return outside(asked, options); // blob: and data:, the policy allows no other
    const url = new URL(address);
    if (address.startsWith(API)) {
      const { status, body } = answers.answer(options.method ?? 'GET', decodeURIComponent(url.pathname).slice('/api/v1'.length), url.searchParams);
      return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
    }
    const file = byAddress.get(decodeURIComponent(url.pathname));
    if (!file) return new Response('', { status: 404 });
    return new Response(pack.slice(file.begin, file.begin + file.length), { headers: { 'Content-Type': file.type } });
  };
  /** @type {any} */ (window).WebSocket = class extends Standing {
    constructor() {
      super(about);
    }
  };
}

/** A stream in which nothing happens: it says where the campus is, and that it is the last moment of the file. */
export class Standing {
  /** @param {{generation: number, to: number, timezone: string}} about */
  constructor({ generation, to, timezone }) {
    /** @type {((event: {data: string}) => void) | null} */
    this.onmessage = null;
    const beat = () => this.onmessage?.({ data: JSON.stringify({ ...QUIET, at: new Date(to).toISOString(), generation, timezone }) });
    queueMicrotask(beat);
    this.timer = setInterval(beat, BEAT_MS);
  }

  close() {
    clearInterval(this.timer);
  }
}
