/** Asks again every few seconds, and soon after something happened: never twice at once, never for a page nobody sees. */

export class Asking {
  /**
   * @param {() => Promise<void>} ask
   * @param {{every_ms: number, least_ms: number, isHidden?: () => boolean}} options `least_ms`: from one time to the next
   */
  constructor(ask, { every_ms, least_ms, isHidden = () => document.hidden }) {
    this.ask = ask;
    this.every_ms = every_ms;
    this.least_ms = least_ms;
    this.isHidden = isHidden;
    this.running = false;
    this.busy = false;
    this.due = false;
    this.last = -Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  start() {
    this.running = true;
    this.soon();
  }

  stop() {
    this.running = false;
    clearTimeout(this.timer);
  }

  /** As soon as may be. What is asked for while an answer is on its way is asked for after it. */
  soon() {
    this.due = true;
    if (this.running && !this.busy) this.wait(Math.max(0, this.last + this.least_ms - performance.now()));
  }

  /** @param {number} ms */
  wait(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.go(), ms);
  }

  async go() {
    if (!this.running || this.busy) return;
    if (this.isHidden()) return this.wait(this.every_ms); // who looks again calls soon()
    this.busy = true;
    this.due = false;
    this.last = performance.now();
    await this.ask();
    this.busy = false;
    if (!this.running) return undefined;
    if (this.due) this.soon();
    else this.wait(this.every_ms);
    return undefined;
  }
}
