/** Pointer and keyboard: what is a click, what is a drag, what is hovering. */

const CLICK_SLOP_PX = 5;
const HOVER_MS = 70;

/**
 * @typedef {object} InputEvents
 * @property {(x: number, y: number) => void} onClick CSS px from the canvas' corner
 * @property {(x: number, y: number) => void} onDoubleClick
 * @property {(x: number, y: number) => void} onHover at most every 70 ms, never while a button is down
 * @property {() => void} onLeave
 * @property {(event: KeyboardEvent) => boolean} onKey
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {InputEvents} events
 * @returns {() => void} stops listening
 */
export function listen(canvas, events) {
  const stop = new AbortController();
  const { signal } = stop;
  /** @type {{x: number, y: number, moved: boolean} | null} */
  let down = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let hover;
  const at = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    return /** @type {const} */ ([((event.clientX - box.left) * canvas.clientWidth) / box.width, ((event.clientY - box.top) * canvas.clientHeight) / box.height]);
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.focus({ preventScroll: true });
    down = event.isPrimary && event.button === 0 ? { x: event.clientX, y: event.clientY, moved: false } : null;
  }, { signal });
  canvas.addEventListener('pointermove', (event) => {
    if (down && Math.hypot(event.clientX - down.x, event.clientY - down.y) > CLICK_SLOP_PX) down.moved = true;
    if (event.buttons !== 0 || event.pointerType === 'touch') return;
    clearTimeout(hover);
    hover = setTimeout(() => events.onHover(...at(event)), HOVER_MS);
  }, { signal });
  canvas.addEventListener('pointerup', (event) => {
    if (down && !down.moved && event.isPrimary) events.onClick(...at(event));
    down = null;
  }, { signal });
  canvas.addEventListener('pointerleave', () => {
    clearTimeout(hover);
    events.onLeave();
  }, { signal });
  canvas.addEventListener('dblclick', (event) => events.onDoubleClick(...at(event)), { signal });
  canvas.addEventListener('keydown', (event) => {
    if (events.onKey(event)) event.preventDefault();
  }, { signal });
  return () => {
    clearTimeout(hover);
    stop.abort();
  };
}
