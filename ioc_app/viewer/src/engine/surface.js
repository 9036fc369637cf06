/** The canvas: its renderer, its size within the limits, its loss and its return. */
import { WebGLRenderer } from 'three';

const MAX_PIXELS = 8_300_000;
const MAX_SIDE_PX = 4096;
/** So many frames may be on their way: one that is drawn while the script makes the next. */
const MOST_PENDING = 2;
/** What is not said to be drawn by then counts as drawn: a driver may keep it to itself. */
const PATIENCE_MS = 3000;

/**
 * Device pixels for one CSS pixel: never more than 8.3 Mpixel nor 4096 px a side; CSS scales the rest on a wall.
 * @param {number} width CSS px
 * @param {number} height
 * @param {number} deviceRatio
 */
export function canvasRatio(width, height, deviceRatio) {
  return Math.min(deviceRatio, MAX_SIDE_PX / width, MAX_SIDE_PX / height, Math.sqrt(MAX_PIXELS / (width * height)));
}

/** Shadows cost a processor more than they show. @param {WebGLRenderer} renderer */
function isSoftware(renderer) {
  const gl = renderer.getContext();
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return /swiftshader|llvmpipe|software|basic render/i.test(names ? String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)) : '');
}

export class Surface {
  /**
   * @param {HTMLElement} host
   * @param {boolean | undefined} shadows undefined: wherever a graphics processor draws
   * @param {{onResize: (width: number, height: number) => void, onLost: () => void, onRestored: () => void}} events
   */
  constructor(host, shadows, events) {
    this.host = host;
    this.events = events;
    this.shadows = shadows;
    this.width = this.height = 1;
    /** Frames that the graphics processor has not drawn yet, oldest first. @type {{sync: WebGLSync, at: number}[]} */
    this.pending = [];
    this.lost = () => {
      this.pending = []; // of a context that is no more
      events.onLost();
    };
    const { renderer, canvas } = this.made();
    this.renderer = renderer;
    this.canvas = canvas;
    this.errorPx = renderer.shadowMap.enabled ? 4 : 8; // a graphics processor takes the finer tiles in its stride
    host.prepend(canvas);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(host);
  }

  /** Throws where the browser has no context to give. */
  made() {
    const renderer = new WebGLRenderer({ antialias: true, powerPreference: 'high-performance' });
    const canvas = renderer.domElement;
    canvas.tabIndex = 0;
    Object.assign(canvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%', display: 'block', outline: 'none' });
    renderer.info.autoReset = false;
    renderer.shadowMap.enabled = this.shadows ?? !isSoftware(renderer);
    renderer.shadowMap.autoUpdate = false; // only when what throws a shadow has changed
    canvas.addEventListener('webglcontextlost', this.lost);
    canvas.addEventListener('webglcontextrestored', this.events.onRestored);
    return { renderer, canvas };
  }

  /** A context that was not given back: another canvas with one of its own, in the same place and of the same size. Throws as `made` does. */
  remake() {
    const { renderer: lost, canvas: gone } = this;
    const { renderer, canvas } = this.made();
    const focused = document.activeElement === gone;
    Object.assign(this, { renderer, canvas });
    renderer.setPixelRatio(lost.getPixelRatio());
    renderer.setSize(this.width, this.height, false);
    this.leave(gone);
    gone.replaceWith(canvas);
    lost.dispose();
    if (focused) canvas.focus({ preventScroll: true });
  }

  /** @param {HTMLCanvasElement} canvas */
  leave(canvas) {
    canvas.removeEventListener('webglcontextlost', this.lost);
    canvas.removeEventListener('webglcontextrestored', this.events.onRestored);
  }

  /** Another frame would only wait behind those that are not drawn yet, and what is done with the mouse behind it. */
  isBusy() {
    const { gl, pending } = this;
    const isDrawn = (/** @type {{sync: WebGLSync, at: number}} */ { sync, at }) =>
      gl.getSyncParameter(sync, gl.SYNC_STATUS) === gl.SIGNALED || performance.now() - at > PATIENCE_MS;
    while (pending.length && isDrawn(pending[0])) {
      const [{ sync }] = pending.splice(0, 1);
      gl.deleteSync(sync);
    }
    return pending.length >= MOST_PENDING;
  }

  /** All of a frame has been asked for. */
  framed() {
    const sync = this.gl.fenceSync(this.gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (sync) this.pending.push({ sync, at: performance.now() });
  }

  /** @returns {WebGL2RenderingContext} three draws with no other since r163 */
  get gl() {
    return /** @type {WebGL2RenderingContext} */ (this.renderer.getContext());
  }

  fit() {
    const width = Math.max(1, this.host.clientWidth);
    const height = Math.max(1, this.host.clientHeight);
    const ratio = canvasRatio(width, height, window.devicePixelRatio || 1);
    if (width === this.width && height === this.height && ratio === this.renderer.getPixelRatio()) return;
    this.width = width;
    this.height = height;
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    this.events.onResize(width, height);
  }

  dispose() {
    this.observer.disconnect();
    this.leave(this.canvas);
    this.renderer.dispose();
    this.renderer.forceContextLoss();
    this.canvas.remove();
  }
}
