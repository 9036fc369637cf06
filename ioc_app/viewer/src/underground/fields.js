/** Fields of the tool. */
import { h } from '../ui/dom.js';

const LEAST_REASON = 4; // signs, as the server asks for
/** What was said last; it is kept as long as the page stands. */
let kept = '';

/**
 * @param {string} title
 * @param {string} name
 * @param {{value?: number, min: number, max: number}} range
 * @param {string} [explained]
 */
export function numberField(title, name, { value, min, max }, explained) {
  const input = h('input', { type: 'number', name, min, max, step: 'any', required: true, value: value ?? '' });
  return {
    input,
    element: h('label', { class: 'field', title: explained }, h('span', {}, title), input),
    get value() {
      return Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null;
    },
  };
}

/** @param {import('../ui/i18n.js').Translator} tr */
export function reasonField(tr) {
  const input = h('input', { type: 'text', name: 'exactly', maxlength: 300, value: kept, placeholder: tr.text('underground.why'), autocomplete: 'off' });
  const text = () => input.value.trim();
  input.addEventListener('input', () => (kept = text()));
  return {
    input,
    element: h('label', { class: 'field' }, h('span', {}, tr.text('underground.reason')), input),
    text,
    accepted: () => [...text()].length >= LEAST_REASON,
  };
}
