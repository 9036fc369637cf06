/** Moments and values in words. */

/** @typedef {import('../ui/i18n.js').Translator} Translator */

/** The largest unit that is not zero. @type {readonly [Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** Making a formatter costs far more than using it. @type {Map<string, any>} */
const MADE = new Map();

/** @template T @param {string} name @param {() => T} make @returns {T} */
function formatter(name, make) {
  if (!MADE.has(name)) MADE.set(name, make());
  return MADE.get(name);
}

/** @type {Intl.DateTimeFormatOptions} */
const DAY = { month: '2-digit', day: '2-digit' };
/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };

/** On the campus' own time. @param {Translator} tr @param {'clock' | 'day' | 'both'} name */
function format(tr, name) {
  const options = { both: { ...DAY, ...CLOCK }, clock: CLOCK, day: DAY }[name];
  const timeZone = tr.zone;
  return formatter(`${name} ${tr.locale} ${timeZone}`, () => new Intl.DateTimeFormat(tr.locale, { ...options, timeZone }));
}

/** `3 minutes ago`. @param {Translator} tr @param {string} at @param {number} now ms */
export function ago(tr, at, now) {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const [unit, size] = UNITS.find(([, one]) => Math.abs(seconds) >= one) ?? UNITS[3];
  return formatter(`ago ${tr.locale}`, () => new Intl.RelativeTimeFormat(tr.locale, { numeric: 'auto', style: 'short' })).format(Math.trunc(seconds / size), unit);
}

/** The time; with its day when that is another. @param {Translator} tr @param {string} at @param {number} now ms */
export function clockTime(tr, at, now) {
  const one = new Date(at);
  const today = format(tr, 'day').format(one) === format(tr, 'day').format(now);
  return format(tr, today ? 'clock' : 'both').format(one);
}

/** @param {Translator} tr @param {string} at */
export const wholeTime = (tr, at) => new Date(at).toLocaleString(tr.locale, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23', timeZone: tr.zone });

/** `26.4 °C, limit 26 °C`. @param {Translator} tr @param {{value: number | null, limit: number | null, unit: string | null}} measured */
export function valueWords(tr, { value, limit, unit }) {
  const name = unit ? tr.unit(unit) : '';
  const said = (/** @type {number} */ number) => `${tr.number(number)}${name && ` ${name}`}`;
  if (value === null) return '';
  return limit === null ? said(value) : tr.text('desk.valueOfLimit', { value: said(value), limit: said(limit) });
}
