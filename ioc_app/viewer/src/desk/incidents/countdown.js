/** A clock in words: what is left, that it is nearly over, by how much it is over. Colour is never the only sign. */
import { toneOf } from '../../live/incidents.js';

/** @typedef {import('../../ui/i18n.js').Translator} Translator */
/** @typedef {Pick<import('../../live/incidents.js').RunningClock, 'state' | 'due_at' | 'warns_at' | 'breached'>} Clock */

const DAY_S = 86_400;

/** The two largest units: `2 d 3 h`, `3 h 05 min`, `12 min`, `45 s`. @param {Translator} tr @param {number} seconds */
export function duration(tr, seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [d, h, min, s] = [Math.floor(whole / DAY_S), Math.floor((whole % DAY_S) / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (d) return tr.text('lasts.days', { d, h });
  if (h) return tr.text('lasts.hours', { h, min: String(min).padStart(2, '0') });
  return min ? tr.text('lasts.minutes', { min }) : tr.text('lasts.seconds', { s });
}

/** @param {Translator} tr @param {Clock | null} clock @param {number} now ms */
export function countdown(tr, clock, now) {
  const tone = toneOf(clock, now);
  if (tone === 'none') return '';
  const left_s = clock?.due_at ? (Date.parse(clock.due_at) - now) / 1000 : null;
  if (left_s === null) return tr.text(`clock.${tone}.bare`);
  return tr.text(`clock.${tone}`, { time: duration(tr, Math.abs(left_s)) });
}
