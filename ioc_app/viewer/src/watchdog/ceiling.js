/** Whether a page uses more than it may: three looks in a row, for a collection may be about to come. */

const LOOKS = 3;

export class Ceiling {
  constructor() {
    this.over = 0;
  }

  /** @param {number} used @param {number} most @returns {boolean} whether it is time to begin anew */
  take(used, most) {
    this.over = used > most ? this.over + 1 : 0;
    return this.over >= LOOKS;
  }
}

/** Of the engine, where a browser does not say what it uses: the tiles of a campus are thousands, not tens of thousands. */
const MOST_PARTS = 60_000;

/**
 * What is used, and what may be, in the same unit: MB of script memory, or parts of the drawing.
 * @param {{memory?: {usedJSHeapSize: number}}} browser `window.performance`
 * @param {{geometries: number, textures: number}} stats
 * @param {number} memory_mb
 * @returns {[number, number]}
 */
export function usage({ memory }, { geometries, textures }, memory_mb) {
  return memory ? [memory.usedJSHeapSize / 2 ** 20, memory_mb] : [geometries + textures, MOST_PARTS];
}
