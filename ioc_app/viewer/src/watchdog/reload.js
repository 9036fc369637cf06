/** Loading the page anew: at most once in ten minutes, never into a server that does not answer, and with the reason kept. */

const KEPT = 'campus-reloaded';
const SELDOM_MS = 600_000;

/** @typedef {'memory' | 'errors' | 'context' | 'viewer' | 'scene'} Reason */
/** @typedef {{reason: Reason, detail: string, at: number}} Reloaded */

export class Reloading {
  /**
   * @param {Pick<Storage, 'getItem' | 'setItem'>} storage of this tab: it outlives the page
   * @param {{answers: () => Promise<boolean>, reload: () => void}} acts
   */
  constructor(storage, { answers, reload }) {
    this.storage = storage;
    this.answers = answers;
    this.reload = reload;
    this.last = this.kept();
    /** @type {{reason: Reason, detail: string} | null} */
    this.wanted = null;
    this.busy = false;
  }

  /** Why this page was loaded anew, while that is not long ago. @param {number} now ms @returns {Reloaded | null} */
  why(now) {
    return this.last && now - this.last.at < SELDOM_MS ? this.last : null;
  }

  /** @param {Reason} reason @param {string} detail */
  want(reason, detail) {
    this.wanted ??= { reason, detail };
  }

  /** At a quiet moment. @param {number} now ms */
  async quiet(now) {
    const { wanted, last } = this;
    if (!wanted || this.busy || (last && now - last.at < SELDOM_MS && now >= last.at)) return;
    this.busy = true;
    const answers = await this.answers().catch(() => false);
    this.busy = false;
    if (!answers || this.wanted !== wanted) return;
    this.storage.setItem(KEPT, JSON.stringify({ ...wanted, at: now }));
    this.wanted = null;
    this.reload();
  }

  /** @returns {Reloaded | null} */
  kept() {
    try {
      const found = JSON.parse(this.storage.getItem(KEPT) ?? 'null');
      return typeof found?.at === 'number' && typeof found.reason === 'string' ? found : null;
    } catch {
      return null;
    }
  }
}
