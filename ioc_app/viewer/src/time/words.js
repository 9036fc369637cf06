/** Moments in words: day and second where it must be exact, what a stretch needs beside it. On the campus' time. */

/** @typedef {import('../ui/i18n.js').Translator} Translator */

/** @param {Translator} tr @param {number} at ms */
export const exactly = (tr, at) => new Date(at).toLocaleString(tr.locale, { timeZone: tr.zone, month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** At the ends of the bar. @param {Translator} tr @param {number} at ms @param {number} length_ms of what is shown */
export function roughly(tr, at, length_ms) {
  const day = /** @type {const} */ ({ month: 'numeric', day: 'numeric' });
  const time = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const parts = length_ms > 90 * 86_400_000 ? { year: /** @type {const} */ ('numeric'), ...day } : length_ms > 2 * 86_400_000 ? day : { ...day, ...time };
  return new Date(at).toLocaleString(tr.locale, { timeZone: tr.zone, ...parts });
}
