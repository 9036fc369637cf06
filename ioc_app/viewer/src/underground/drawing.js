/**
 * A drawing that is moved and enlarged. It is shown as an image of a blob: nothing in it runs, and it asks for nothing.
 */
import { h, iconButton } from '../ui/dom.js';

const MOST = 6;
const STEP = 1.25;

/**
 * @param {import('../ui/context.js').Context} context
 * @param {string} svg
 * @param {string} title
 * @returns {{element: HTMLElement, tools: HTMLElement[], fit: () => void, dispose: () => void}}
 */
export function drawing({ tr }, svg, title) {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  const image = h('img', { src: url, alt: title, draggable: 'false' });
  const element = h('div', { class: 'dug-drawing', tabindex: '0', role: 'group', 'aria-label': title }, image);
  let zoom = 1;
  let isFitted = true;
  /** @param {number} wanted @param {number} [x] what stays under the pointer, px in the element @param {number} [y] */
  const enlarge = (wanted, x = element.clientWidth / 2, y = element.clientHeight / 2) => {
    const next = Math.min(MOST, Math.max(least(), wanted));
    const [left, top] = [(element.scrollLeft + x) / zoom, (element.scrollTop + y) / zoom];
    zoom = next;
    image.style.width = `${image.naturalWidth * zoom}px`;
    element.scrollTo(left * zoom - x, top * zoom - y);
  };
  const least = () => (image.naturalWidth ? Math.min(element.clientWidth / image.naturalWidth, element.clientHeight / image.naturalHeight) : 1);
  const fit = () => {
    if (!image.naturalWidth || !element.clientWidth) return;
    isFitted = true;
    enlarge(0);
  };
  const by = (/** @type {number} */ factor) => {
    isFitted = false;
    enlarge(zoom * factor);
  };
  image.addEventListener('load', fit);
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      isFitted = false;
      enlarge(zoom * STEP ** (-event.deltaY / 100), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  element.addEventListener('pointerdown', (event) => event.button === 0 && element.setPointerCapture(event.pointerId));
  element.addEventListener('pointermove', (event) => {
    if (element.hasPointerCapture(event.pointerId)) element.scrollBy(-event.movementX, -event.movementY);
  });
  element.addEventListener('keydown', ({ key }) => {
    if (key === '+' || key === '=') by(STEP);
    if (key === '-') by(1 / STEP);
  });
  const watch = new ResizeObserver(() => isFitted && fit());
  watch.observe(element);
  const tools = [
    iconButton('plus', tr.text('underground.enlarge'), () => by(STEP), { class: 'small' }),
    iconButton('minus', tr.text('underground.reduce'), () => by(1 / STEP), { class: 'small' }),
    iconButton('reset', tr.text('underground.fit'), fit, { class: 'small' }),
  ];
  const dispose = () => {
    watch.disconnect();
    URL.revokeObjectURL(url);
  };
  return { element, tools, fit, dispose };
}
