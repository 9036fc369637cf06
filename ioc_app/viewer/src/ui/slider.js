/** A named slider that shows its value in words. */
import { h } from './dom.js';

/**
 * @param {string} label
 * @param {{min: number, max: number, step: number, value: number}} range
 * @param {(value: number) => void} changed while dragging
 * @param {(value: number) => string} shown
 */
export function slider(label, range, changed, shown) {
  const output = h('output', {}, shown(range.value));
  const input = h('input', { type: 'range', min: range.min, max: range.max, step: range.step, 'aria-label': label, 'aria-valuetext': shown(range.value) });
  input.value = String(range.value); // after min and max, which would clamp it
  input.addEventListener('input', () => {
    const value = Number(input.value);
    output.textContent = shown(value);
    input.setAttribute('aria-valuetext', shown(value));
    changed(value);
  });
  return h('label', { class: 'slider' }, h('span', { class: 'slider-label' }, label), output, input);
}
