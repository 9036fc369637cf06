/** A page nobody works at: no menu of the browser, no key of the desk, no pointer that was forgotten there. */

const POINTER_MS = 5000;
/** What is somebody's hand; a pointer that trembles is none. */
const TOUCHES = /** @type {const} */ (['pointerdown', 'wheel', 'keydown']);
/** Keys of the canvas: looking around is for everybody. */
const LOOKS = /^(Arrow|Home$|\+$|-$|Tab$|Escape$)/;

/** @param {() => void} touched @returns {() => void} stop */
export function beKiosk(touched) {
  const { documentElement: page } = document;
  const stop = new AbortController();
  const options = { signal: stop.signal, capture: true, passive: true };
  let timer = 0;
  const seen = () => {
    delete page.dataset.idle;
    clearTimeout(timer);
    timer = window.setTimeout(() => (page.dataset.idle = ''), POINTER_MS);
  };
  page.dataset.kiosk = '';
  seen();
  window.addEventListener('pointermove', seen, options);
  for (const kind of TOUCHES) window.addEventListener(kind, touched, options);
  window.addEventListener('contextmenu', (event) => event.preventDefault(), { ...options, passive: false });
  window.addEventListener('keydown', (event) => !LOOKS.test(event.key) && event.stopImmediatePropagation(), options);
  return () => {
    clearTimeout(timer);
    stop.abort();
    delete page.dataset.kiosk;
    delete page.dataset.idle;
  };
}
