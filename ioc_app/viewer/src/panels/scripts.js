/** Scripts of the page's own server, each fetched once, when something wants it. */

/** @type {Map<string, Promise<void>>} */
const wanted = new Map();

/** @param {string} address @returns {Promise<void>} resolved once it has run; a failure is tried anew next time */
export function script(address) {
  const known = wanted.get(address);
  if (known) return known;
  const loaded = new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement('script'), { src: address, async: true });
    element.addEventListener('load', () => resolve(undefined), { once: true });
    element.addEventListener('error', () => {
      wanted.delete(address);
      element.remove();
      reject(new Error(`${address} could not be fetched`));
    }, { once: true });
    document.body.append(element);
  });
  wanted.set(address, loaded);
  return loaded;
}

/** plotly.js at the address that Dash serves it from for its own graphs. @returns {Promise<any>} */
export async function plotly() {
  const page = /** @type {any} */ (window);
  if (!page.Plotly) await script(page._dashPlotlyJSURL);
  return page.Plotly;
}
