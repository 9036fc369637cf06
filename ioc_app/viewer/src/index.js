/** The engine chunk: what the component imports on first mount. */
import { createEngine } from './engine/engine.js';
import { Api } from './ui/api.js';
import { applyColouring } from './ui/colouring.js';
import { Renewal } from './renewal.js';
import { createUi } from './ui/index.js';

export { createEngine };

/** @typedef {import('./engine/types').MountOptions} MountOptions */
/** @typedef {import('./engine/types').Mounted} Mounted */

/**
 * The engine, and over it the panels unless `chrome` is false.
 * @param {HTMLElement} host empty element with a size
 * @param {MountOptions} options
 * @returns {Mounted}
 */
export function mountViewer(host, { chrome = true, apiUrl = '/api/v1', span, onColouring, onRenewed, ...options }) {
  const root = document.createElement('div');
  root.className = 'campus-viewer';
  Object.assign(root.style, { position: 'relative', width: '100%', height: '100%', overflow: 'hidden', isolation: 'isolate' });
  host.append(root);
  const engine = createEngine(root, options);
  let ui = null;
  if (chrome) {
    const panels = document.createElement('div');
    panels.className = 'campus-viewer-ui';
    Object.assign(panels.style, { position: 'absolute', inset: '0', pointerEvents: 'none' });
    root.append(panels);
    ui = createUi(panels, engine, { language: options.language ?? 'zh', theme: options.theme ?? 'dark', sceneUrl: options.sceneUrl, apiUrl, span, onColouring });
  }
  const bare = ui ? null : new Renewal(engine, options.sceneUrl, { renewed: (scene) => onRenewed?.(scene) });
  const ready = ui ? ui.ready : engine.ready.then(() => {});
  return {
    engine,
    ui,
    ready,
    async setColouring(colouring) {
      await ready;
      if (ui) ui.setColouring(colouring);
      else await applyColouring(engine, new Api(apiUrl), colouring);
    },
    renew: (url) => (ui ?? { renew: (/** @type {string | undefined} */ one) => bare?.ask(one) }).renew(url),
    dispose() {
      bare?.close();
      ui?.dispose();
      engine.dispose();
      root.remove();
    },
  };
}
