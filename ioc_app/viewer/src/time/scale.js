/** Arithmetic of the time bar: which stretch it shows, where a moment stands on it, what comes next. Nothing here draws or asks. */

const HOUR_MS = 3_600_000;
/** How much of the past the bar shows; `all` is since the first thing that is kept. */
export const SPANS = /** @type {const} */ ({ '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS, '30d': 720 * HOUR_MS, all: 0 });
/** @typedef {keyof typeof SPANS} Span */
/** ms. @typedef {{from: number, to: number}} Stretch */

/** Steps of the keyboard on the bar: so many to its whole length. */
const STEPS = 240;
/** Lengths that people count in. */
const ROUND_MS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800].map((one) => one * 1000);

/**
 * The stretch that is shown. It ends now; for a moment before it, it stands around that moment, and stays where it was while the
 * moment is within it.
 * @param {Span} span @param {{now: number, first: number | null, at: number | null, before?: Stretch | null}} about `before`: shown until now
 * @returns {Stretch}
 */
export function stretchOf(span, { now, first, at, before = null }) {
  const begin = first !== null && first < now ? first : now - HOUR_MS;
  if (span === 'all') return { from: begin, to: now };
  const length = SPANS[span];
  if (at === null) return { from: now - length, to: now };
  if (before && at >= before.from && at <= before.to && Math.abs(before.to - before.from - length) < 1) return before;
  if (at >= now - length) return { from: now - length, to: now };
  const to = Math.min(now, at + length / 2);
  return { from: to - length, to };
}

/** Where on the bar, 0 to 1. @param {number} at @param {Stretch} stretch */
export const shareOf = (at, { from, to }) => Math.min(1, Math.max(0, (at - from) / (to - from)));

/** @param {number} share @param {Stretch} stretch @returns {number} ms, to the second */
export const momentAt = (share, { from, to }) => Math.round((from + share * (to - from)) / 1000) * 1000;

/** One step of the keyboard. @param {Stretch} stretch */
export function stepOf({ from, to }) {
  const wanted = (to - from) / STEPS;
  return ROUND_MS.find((one) => one >= wanted) ?? ROUND_MS[ROUND_MS.length - 1];
}

/**
 * What comes after a moment, or before it.
 * @template {{at: number}} T
 * @param {readonly T[]} marks in any order @param {number} at @param {1 | -1} direction @returns {T | null}
 */
export function nextOf(marks, at, direction) {
  const beyond = marks.filter((one) => (one.at - at) * direction > 0);
  return beyond.length ? beyond.reduce((best, one) => ((one.at - best.at) * direction < 0 ? one : best)) : null;
}

/**
 * Heights of what happened, 0 to 1: of many the differences still show, of one it is seen.
 * @param {readonly number[]} counts @returns {number[]}
 */
export function heights(counts) {
  const most = Math.max(1, ...counts);
  return counts.map((one) => (one ? Math.max(0.12, Math.sqrt(one / most)) : 0));
}
