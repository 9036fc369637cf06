/** Tables that are longer than their panel turn their pages by themselves, so that a wall shows every row; a hand on one holds it. */

const PAGE_MS = 8000;

/**
 * Where a table is scrolled to next: the first row that was not wholly seen comes below the head; after the last, the first.
 * @param {{top: number, height: number, whole: number, head: number}} at scrolled to, what is seen, what there is, height of its head; px
 * @param {readonly {top: number, height: number}[]} rows
 */
export function nextTop({ top, height, whole, head }, rows) {
  const seen = top + height;
  if (whole - seen <= 1) return 0;
  const next = rows.find((one) => one.top + one.height > seen + 1);
  const to = next ? next.top - head : 0;
  return to > top ? to : seen - head; // a row higher than its panel is read on
}

/** @param {HTMLElement} page @returns {() => void} stop */
export function turnTables(page) {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const timer = setInterval(() => {
    for (const list of page.querySelectorAll('.screen-panel:not([hidden]) .list:not([hidden], :hover, :focus-within):has(tbody)')) {
      const head = list.querySelector('thead')?.clientHeight ?? 0;
      const rows = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('tbody tr'))].map((one) => ({ top: one.offsetTop, height: one.offsetHeight }));
      list.scrollTo({ top: nextTop({ top: list.scrollTop, height: list.clientHeight, whole: list.scrollHeight, head }, rows), behavior: still.matches ? 'instant' : 'smooth' });
    }
  }, PAGE_MS);
  return () => clearInterval(timer);
}
