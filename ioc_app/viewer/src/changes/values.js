/** Which values are others than before, in words. */

/** @typedef {import('./shapes.js').Value} Value */

/**
 * Of `attributes`, which are JSON, only those that differ, each by itself.
 * @param {Value[]} columns
 * @returns {(Value & {attribute?: string})[]}
 */
export function differing(columns) {
  return columns.flatMap((one) => {
    const [old, now] = [objectOf(one.old), objectOf(one.new)];
    if (one.column !== 'attributes' || (!old && !now)) return [one];
    const names = new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})]);
    return [...names].flatMap((name) => {
      const [before, after] = [textOf(old?.[name]), textOf(now?.[name])];
      return before === after ? [] : [{ column: one.column, attribute: name, old: before, new: after }];
    });
  });
}

const FEWEST_DIGITS = 3;
const MOST_DIGITS = 9;

/**
 * Two numbers as texts with as few digits as tell them apart, at least thousandths; anything else as it is.
 * @param {string | null} old
 * @param {string | null} now
 * @returns {[string | null, string | null]}
 */
export function rounded(old, now) {
  const isLong = (/** @type {string | null} */ text) => text !== null && /^-?\d+\.\d{4,}$/.test(text);
  if (!isLong(old) && !isLong(now)) return [old, now];
  const at = (/** @type {string | null} */ text, /** @type {number} */ digits) => (isLong(text) ? String(Number(Number(text).toFixed(digits))) : text);
  for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits += 1) {
    const [before, after] = [at(old, digits), at(now, digits)];
    if (before === null || after === null || Number(before) !== Number(after)) return [before, after];
  }
  return [old, now];
}

/** @param {string | null} text @returns {Record<string, unknown> | null} */
function objectOf(text) {
  try {
    const said = JSON.parse(text ?? 'null');
    return said && typeof said === 'object' && !Array.isArray(said) ? said : null;
  } catch {
    return null;
  }
}

/** @param {unknown} value */
const textOf = (value) => (value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value));
