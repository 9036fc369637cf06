/** The generation in force is loaded until it is shown; what fails leaves everything as it is and is tried again. */

/** @typedef {import('./engine/types').Engine} Engine */
/** @typedef {import('./engine/types').Scene} Scene */

const AGAIN_MS = 5000;
/** Something half typed and forgotten must not hold a screen back for ever. */
const MOST_PUT_OFF = 12;

export class Renewal {
  /**
   * @param {Engine} engine
   * @param {string} url of scene.json
   * @param {{renewed: (scene: Scene) => void, mayNow?: () => boolean, again_ms?: number}} options `mayNow`: false while
   *   somebody would lose what they are typing
   */
  constructor(engine, url, { renewed, mayNow = () => true, again_ms = AGAIN_MS }) {
    this.engine = engine;
    this.url = url;
    this.renewed = renewed;
    this.mayNow = mayNow;
    this.again_ms = again_ms;
    this.timer = 0;
    this.putOff = 0;
    this.running = false;
    this.closed = false;
  }

  /** A build has switched, or may have. @param {string} [url] where the scene is now */
  ask(url = this.url) {
    this.url = url;
    if (!this.running) void this.attempt();
  }

  async attempt() {
    clearTimeout(this.timer);
    if (this.closed) return;
    if (this.putOff < MOST_PUT_OFF && !this.mayNow()) {
      this.putOff += 1;
      return this.later();
    }
    this.putOff = 0;
    const { url, engine } = this;
    const before = engine.scene?.generation;
    this.running = true;
    try {
      const scene = await engine.swapScene(url);
      if (!this.closed && scene.generation !== before) this.renewed(scene);
    } catch (fault) {
      console.error(fault);
      this.later();
    } finally {
      this.running = false;
    }
    if (this.url !== url) this.ask();
    return undefined;
  }

  later() {
    this.timer = window.setTimeout(() => void this.attempt(), this.again_ms);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}
