/**
 * Elements without a framework. Text goes in as text nodes only: names come from survey files and may hold anything.
 */
import { ICONS } from './icons.js';

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, any>} Props */

/**
 * Make an element. `class`, `on<event>` handlers, `data-*`, `aria-*` and plain attributes; false or null leaves one out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, props);
  append(element, children);
  return element;
}

/**
 * The same for SVG.
 * @param {string} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  apply(element, props);
  append(element, children);
  return element;
}

/**
 * @param {Element} element
 * @param {Props} props
 */
function apply(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') Object.assign(/** @type {HTMLElement} */ (element).style, value);
    else if (name === 'value') /** @type {HTMLInputElement} */ (element).value = String(value);
    else if (name === 'checked') /** @type {HTMLInputElement} */ (element).checked = Boolean(value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * @param {Element} element
 * @param {Child[]} children
 */
function append(element, children) {
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
}

/**
 * Replace what is inside `element`.
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/**
 * A line icon of 20 × 20, drawn in the colour of its text; decoration for assistive technology.
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const paths = ICONS[name] ?? [];
  return s(
    'svg',
    { class: 'icon', viewBox: '0 0 20 20', 'aria-hidden': 'true', focusable: 'false' },
    ...paths.map((d) => s('path', { d })),
  );
}

/**
 * A button with an icon and a name; the name is its tooltip and what is read out.
 * @param {string} name icon
 * @param {string} label
 * @param {() => void} onclick
 * @param {Props} [props]
 */
export function iconButton(name, label, onclick, props = {}) {
  const extra = props.class ? ` ${props.class}` : '';
  return h(
    'button',
    { type: 'button', title: label, 'aria-label': label, onclick, ...props, class: `icon-button${extra}` },
    icon(name),
  );
}

/**
 * Call `run` once things have been quiet for `wait_ms`.
 * @template {any[]} A
 * @param {(...args: A) => void} run
 * @param {number} wait_ms
 * @returns {((...args: A) => void) & {cancel(): void}}
 */
export function debounce(run, wait_ms) {
  let timer = 0;
  const later = (/** @type {A} */ ...args) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => run(...args), wait_ms);
  };
  return Object.assign(later, { cancel: () => clearTimeout(timer) });
}
