/** Texts of strangers, made fit to be drawn: they come from devices, callers and forms, and are trusted with nothing. */

/** Controls, bidi controls and other invisible signs, halves of surrogates, private signs, separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]+/gu;
/** Marks piled higher than any script piles them. */
const PILED = /(\p{M}{2})\p{M}+/gu;
/** What must not stand at a cut: marks without their letter. */
const LOOSE_END = /[\p{M}\s]+$/u;

/**
 * One short line in reading order, without anything that acts on the text around it.
 * @param {unknown} text
 * @param {number} [limit] signs that stay
 */
export function plainText(text, limit = 48) {
  if (typeof text !== 'string' && typeof text !== 'number') return '';
  const given = String(text).slice(0, limit * 16); // nobody reads ten thousand signs to draw forty
  const line = given.replace(UNSEEN, ' ').replace(PILED, '$1').replace(/\s+/gu, ' ').trim();
  const signs = Array.from(line);
  if (signs.length <= limit) return line;
  return `${signs.slice(0, limit - 1).join('').replace(LOOSE_END, '')}…`;
}
