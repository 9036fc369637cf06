/** Lets the moment run on, faster than life. It skips what it has no time for, invents nothing, and ends when it has reached now. */

export const RATES = [1, 10, 60, 300, 1000];
/** So often it goes on: never more than two moments a second are asked for. */
export const TICK_MS = 500;

export class Player {
  /**
   * @param {{at: () => number | null, set: (at: number | null) => void, now: () => number, changed: () => void}} about `now`: of the campus, ms
   * @param {{tick?: (run: () => void) => () => void, real?: () => number}} [machine] for tests
   */
  constructor(about, { tick = every, real = () => performance.now() } = {}) {
    this.about = about;
    this.tick = tick;
    this.real = real;
    this.rate = RATES[2];
    /** @type {(() => void) | null} */
    this.stop = null;
    this.last = 0;
  }

  get playing() {
    return this.stop !== null;
  }

  /** From the moment that is shown; from now there is nothing to play. */
  play() {
    const at = this.about.at();
    if (this.playing || at === null) return;
    this.last = this.real();
    this.stop = this.tick(() => this.go());
    this.about.changed();
  }

  pause() {
    this.stop?.();
    this.stop = null;
    this.about.changed();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  go() {
    const at = this.about.at();
    const real = this.real();
    const passed = real - this.last;
    this.last = real;
    if (at === null) return this.pause();
    const next = at + passed * this.rate;
    if (next >= this.about.now()) {
      this.pause();
      return this.about.set(null);
    }
    return this.about.set(next);
  }
}

/** @param {() => void} run */
function every(run) {
  const timer = setInterval(run, TICK_MS);
  return () => clearInterval(timer);
}
