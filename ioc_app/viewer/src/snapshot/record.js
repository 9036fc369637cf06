/** What a snapshot's file holds: unpacked once, when the file is opened. It is written by `ioc_app/snapshots/page.py`. */

/** @typedef {import('../engine/types').Title} Title */
/**
 * @typedef {object} About what it is, and of when
 * @property {Title} campus
 * @property {number} generation
 * @property {number} from ms; the first moment that it holds
 * @property {number} to ms; the last one
 * @property {number} known_seq what the journal knew
 * @property {string} timezone
 * @property {string} made_at
 * @property {string} made_by
 * @property {string} link the fragment that it opens with
 * @property {Title[]} withheld layers that are not in it because they lie underground
 * @property {string[]} screens
 * @property {number} cards_left_out features without a card
 */
/**
 * @typedef {object} Moment as `GET /moment` answers it, but lists of things as numbers in `pool`
 * @property {number} at ms
 * @property {any} rest
 * @property {Record<string, number[]>} lists
 */
/**
 * @typedef {object} Kept
 * @property {About} about
 * @property {{[address: string]: any}} answers by address without the moment
 * @property {{[address: string]: [number, any][]}} timed by address without the moment: of which ms on, and what
 * @property {Moment[]} moments by time
 * @property {any[]} pool
 * @property {any[]} points as `GET /points` lists them, without what they measured
 * @property {[number, number[], (number | null)[], (string | null)[], (string | null)[]][]} measured ms; of which points; value, quality, observed_at
 * @property {any[]} cards of features
 * @property {{[panel: string]: [number, {[language: string]: any}][]}} panels
 * @property {[string, string, number, number][]} files address, media type, where it begins in the pack, how long it is
 */

/** @param {string} id of an element that holds base64 of gzip @returns {Promise<ArrayBuffer>} */
async function unpacked(id) {
  const element = /** @type {HTMLElement} */ (document.getElementById(id));
  const text = atob(element.textContent ?? '');
  element.remove(); // megabytes that nobody needs twice
  const packed = Uint8Array.from(text, (one) => one.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/** @returns {Promise<{record: Kept, pack: ArrayBuffer, plotly: string}>} `plotly`: an address of the chart library */
export async function readRecord() {
  const [said, pack, charts] = await Promise.all(['record', 'pack', 'charts'].map(unpacked));
  return { record: JSON.parse(new TextDecoder().decode(said)), pack, plotly: URL.createObjectURL(new Blob([charts], { type: 'text/javascript' })) };
}
