/** What people do about alarms: asked of the server, answered in one line, undone where that makes sense. */

/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** @typedef {'acknowledge' | 'shelve' | 'unshelve' | 'comment' | 'assign'} ActName */
/** @typedef {{until?: string, reason?: string, text?: string, assignee?: string}} Said */
/** @typedef {{done: string[], refused: {alarm_id: string, code: string, text: import('../../engine/types').Title}[]}} Answer */
/** `again`: what undoes it. @typedef {{text: string, kind: 'info' | 'error', again: (() => void) | null}} Outcome */

/** The server takes so many at once. */
const MOST_AT_ONCE = 500;

export class Acts {
  /** @param {import('../../ui/context.js').Context} context @param {(outcome: Outcome | null) => void} say */
  constructor({ api, tr, store }, say) {
    this.api = api;
    this.tr = tr;
    this.store = store;
    this.say = say;
  }

  /** Whether the one who is logged in may act at all. */
  get allowed() {
    return Boolean(this.store.state.me?.rights.includes('handle'));
  }

  /** @param {ActName} act @param {Alarm[]} alarms @param {Said} [said] @returns {Promise<boolean>} whether anything was done */
  async run(act, alarms, said = {}) {
    const meant = alarms.filter((one) => APPLIES[act](one)).slice(0, MOST_AT_ONCE);
    if (!meant.length || !this.allowed) {
      this.say({ kind: 'info', again: null, text: this.tr.text(this.allowed ? needless(act, alarms) : 'act.notAllowed', { alarm: this.tr.title(alarms[0]?.title) }) });
      return false;
    }
    try {
      const answer = await this.api.post('/alarms/acts', { act, alarms: meant.map(({ alarm_id }) => alarm_id), ...said });
      this.tell(act, meant, answer);
      return answer.done.length > 0;
    } catch (fault) {
      this.say({ kind: 'error', again: null, text: this.tr.title(/** @type {any} */ (fault).text) || String(fault) });
      return false;
    }
  }

  /** @param {ActName} act @param {Alarm[]} meant @param {Answer} answer */
  tell(act, meant, { done, refused }) {
    const reasons = new Set(refused.map(({ text }) => this.tr.title(text)));
    const parts = [done.length ? this.tr.text(`act.${act}.done`, { count: done.length }) : '', refused.length ? this.tr.text('act.refused', { count: refused.length, reason: [...reasons].slice(0, 2).join(' ') }) : ''];
    const changed = meant.filter(({ alarm_id }) => done.includes(alarm_id));
    this.say({ kind: refused.length ? 'error' : 'info', text: parts.filter(Boolean).join(' · '), again: this.undoing(act, changed) });
  }

  /** Shelving is undone by unshelving, giving to somebody by giving back. @param {ActName} act @param {Alarm[]} changed as they were before */
  undoing(act, changed) {
    if (act === 'shelve' && changed.length) return () => void this.run('unshelve', changed.map((one) => ({ ...one, shelved: true })));
    const [before] = changed;
    if (act === 'assign' && changed.length === 1 && before.assignee) return () => void this.run('assign', changed, { assignee: /** @type {string} */ (before.assignee) });
    return null;
  }
}

/** Why there is nothing to do: key of a text. @param {ActName} act @param {Alarm[]} alarms */
const needless = (act, alarms) => (alarms.length === 1 && alarms[0].closed ? 'act.closed' : `act.${act}.needless`);

/** What an act makes sense for; the server has the last word. @type {Record<ActName, (alarm: Alarm) => boolean>} */
export const APPLIES = {
  acknowledge: (alarm) => !alarm.acknowledged,
  shelve: (alarm) => !alarm.closed,
  unshelve: (alarm) => alarm.shelved,
  comment: () => true,
  assign: (alarm) => !alarm.closed,
};
