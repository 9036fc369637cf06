/** Moments as an input of time has them: without a zone, to the minute. They are meant on the campus' own time, wherever the browser is. */
import { h } from '../ui/dom.js';

/** @typedef {import('../ui/i18n.js').Translator} Translator */

/** Minutes do not say which zone they are of. @param {string | undefined} timeZone @param {number} at ms @returns {number} ms that zone's clocks are ahead of UTC */
function ahead(timeZone, at) {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' }).formatToParts(at);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** @param {string | undefined} timeZone undefined: the browser's @param {number} at ms @returns {string} `2026-03-01T10:30` */
export const localMinute = (timeZone, at) => new Date(at + ahead(timeZone, at)).toISOString().slice(0, 16);

/**
 * A time that clocks skip is taken as the hour after, one that they show twice as the first.
 * @param {string | undefined} timeZone @param {string} local `2026-03-01T10:30` @returns {number} ms; NaN for what is no time
 */
export function momentOf(timeZone, local) {
  const as_utc = Date.parse(`${local}Z`);
  if (Number.isNaN(as_utc)) return NaN;
  const day_ms = 86_400_000;
  // what the clocks were ahead before and after, if they changed near
  const [before, after] = [as_utc - day_ms, as_utc + day_ms].map((at) => as_utc - ahead(timeZone, at));
  return before + ahead(timeZone, before) === as_utc || before === after ? before : after + ahead(timeZone, after) === as_utc ? after : before;
}

/** Said beside an input where the browser's clock shows another time; null where it does not. @param {Translator} tr @param {number} now ms */
export const zoneHint = (tr, now) => (ahead(tr.zone, now) === ahead(undefined, now) ? null : h('span', { class: 'hint zone-hint' }, tr.text('time.ofCampus', { zone: tr.zone ?? '' })));
