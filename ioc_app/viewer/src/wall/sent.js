/** What a desk has sent to this wall. It ends when it is released, or when the time it was given has passed here. */

/** @typedef {import('../engine/types').View} View */
/** @typedef {{screen: string | null, view: View | null, selection: string | null, place: string | null, at: string | null, note: string, by: string, sent_at: string, left_s: number}} Sent */

export class SentHere {
  constructor() {
    /** @type {Sent | null} */
    this.sent = null;
    this.until = 0;
  }

  /** As the server says it, whenever it does. @param {Sent | null} sent @param {number} now ms */
  take(sent, now) {
    this.sent = sent;
    this.until = sent ? now + sent.left_s * 1000 : 0;
  }

  /** @param {number} now ms @returns {Sent | null} */
  tick(now) {
    if (now >= this.until) this.sent = null;
    return this.sent;
  }
}
