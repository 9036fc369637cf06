/** A number whose digits roll when it changes, each from where it was. Nothing moves for those who want no motion (assets). */
import { fill, h } from '../ui/dom.js';

/**
 * Characters keyed by their place from the right, so that the ones stay the ones when a number grows longer.
 * @param {string} text @returns {{key: number, char: string, digit: number | null}[]}
 */
export function slots(text) {
  const chars = [...text];
  return chars.map((char, n) => ({ key: chars.length - n, char, digit: /^[0-9]$/.test(char) ? Number(char) : null }));
}

export class Digits {
  constructor() {
    this.element = h('span', { class: 'digits', 'aria-hidden': 'true' });
    this.text = '';
    /** @type {Map<string, HTMLElement>} by place and kind */
    this.made = new Map();
  }

  /** @param {string} text */
  set(text) {
    if (text === this.text) return;
    this.text = text;
    /** @type {Map<string, HTMLElement>} */
    const kept = new Map();
    const parts = slots(text).map(({ key, char, digit }) => {
      const name = digit === null ? `${key} ${char}` : `${key}`;
      const one = this.made.get(name) ?? (digit === null ? h('span', { class: 'digit-sign' }, char) : reel());
      kept.set(name, one);
      if (digit !== null) /** @type {HTMLElement} */ (one.firstChild).style.transform = `translateY(${-10 * digit}%)`;
      return one;
    });
    this.made = kept;
    const stands = [...this.element.children];
    if (stands.length !== parts.length || stands.some((one, n) => one !== parts[n])) fill(this.element, ...parts);
  }
}

/** Ten digits one below the other, of which one is seen. */
function reel() {
  return h('span', { class: 'digit' }, h('span', { class: 'digit-reel' }, ...Array.from({ length: 10 }, (_, n) => h('span', {}, String(n)))));
}
