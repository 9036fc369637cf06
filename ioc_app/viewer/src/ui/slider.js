/** A named slider that shows its value in words. */
import { h } from './dom.js';

/**
 * @param {string} label
 * @param {{min: number, max: number, step: number, value: number}} range
 * @param {(value: number) => void} changed while dragging
 * @param {(value: number) => string} shown
 * @returns {{element: HTMLLabelElement, show: (value: number) => void}} show: what was changed elsewhere
 */
export function slider(label, range, changed, shown) {
  const output = h('output', {});
  const input = h('input', { type: 'range', min: range.min, max: range.max, step: range.step, 'aria-label': label });
  const say = (/** @type {number} */ value) => {
    output.textContent = shown(value);
    input.setAttribute('aria-valuetext', shown(value));
  };
  const show = (/** @type {number} */ value) => {
    input.value = String(value); // after min and max, which would clamp it
    say(value);
  };
  show(range.value);
  input.addEventListener('input', () => {
    say(Number(input.value));
    changed(Number(input.value));
  });
  return { element: h('label', { class: 'slider' }, h('span', { class: 'slider-label' }, label), output, input), show };
}
