/**
 * What the screens of incidents share: the words of the server (kinds, stages, units), the names of staff, the clock, and what
 * must outlive a change of language: cursor, filter, view, and a report half written.
 */
import { plainText } from '../../engine/text.js';
import { campusClock } from '../../live/clock.js';
import { EVERYTHING } from './filter.js';
import { placeWords } from './places.js';
import { emptyDraft } from './report/draft.js';
import { NO_TERMS } from './shapes.js';

/** @typedef {import('../../ui/context.js').Context} Context */
/** @typedef {import('./shapes.js').Terms} Terms */
/** @typedef {'list' | 'board' | 'measures'} View */
/** @typedef {{cursor: string | null, filter: import('./filter.js').Filter, view: View, draft: import('./report/draft.js').Draft, terms: Terms, staff: {name: string, display_name: string}[], folded: Set<string>, flown: string}} Kept */

/** @type {WeakMap<object, Kept>} */
const KEPT = new WeakMap();

export class Room {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.clock = campusClock(context.store);
    this.kept = KEPT.get(context.store) ?? { cursor: null, filter: EVERYTHING, view: 'list', draft: emptyDraft(newId()), terms: NO_TERMS, staff: [], folded: new Set(['part.events']), flown: '' };
    KEPT.set(context.store, this.kept);
  }

  /** What forms need; asked again when the desk is opened, for duty changes. */
  async learn() {
    const { api } = this.context;
    const [terms, staff] = await Promise.all([api.get('/incidents/terms').catch(() => this.kept.terms), this.may('handle') ? api.get('/staff').catch(() => this.kept.staff) : this.kept.staff]);
    Object.assign(this.kept, { terms, staff });
  }

  get terms() {
    return this.kept.terms;
  }

  get me() {
    return this.context.store.state.me?.name ?? '';
  }

  /** @param {'handle' | 'dispatch'} right */
  may(right) {
    return Boolean(this.context.store.state.me?.rights.includes(right));
  }

  /** @returns {number} ms */
  now() {
    return this.clock.shown();
  }

  /** What an account is called; the twin itself has none. @param {string | null} account */
  nameOf(account) {
    if (account === null) return this.context.tr.text('incidents.twin');
    const known = this.kept.staff.find(({ name }) => name === account);
    return plainText(known?.display_name || account);
  }

  /** @param {string} stage */
  stageWords(stage) {
    return this.context.tr.title(this.terms.stages.find((one) => one.stage === stage)?.title) || this.context.tr.text(`stage.${stage}`);
  }

  /** @param {string} level */
  levelWords(level) {
    return this.context.tr.text(`level.word.${level}`);
  }

  /** @param {Parameters<typeof placeWords>[0]} place */
  whereOf(place) {
    const { scene, tr } = this.context;
    return placeWords(place, scene, tr.language);
  }

  /** Who has it: the newest order's unit and person, else its owner. @param {import('./shapes.js').Summary} one */
  whoHas({ unit_title, assignee_title, assignee, owner }) {
    const { tr } = this.context;
    const sent = [tr.title(unit_title), assignee_title ?? assignee].filter(Boolean).map((one) => plainText(one));
    return sent.length ? sent.join(' · ') : owner ? this.nameOf(owner) : '';
  }

  /** A report was sent: the next one is another. */
  freshDraft() {
    this.kept.draft = emptyDraft(newId());
  }

  /** Go where it is. @param {Partial<import('../../live/incidents.js').IncidentPlace>} place */
  async fly({ feature_id, scene, storey_id, building_id }) {
    const { actions, engine, tr } = this.context;
    try {
      if (feature_id) return await actions.chooseById(feature_id);
    } catch {
      // the thing is gone from the model; its place may still be known
    }
    if (scene) {
      actions.uncover({ building_id, storey_id });
      return engine.flyTo({ position: scene });
    }
    if (building_id) return actions.flyTo({ building_id });
    return actions.say(tr.text('card.noPlace'));
  }

  /** What went wrong, in the words of the server. @param {unknown} fault */
  faultWords(fault) {
    return this.context.tr.title(/** @type {any} */ (fault).text) || String(fault);
  }
}

/** `randomUUID` exists in secure contexts only; a campus may be served over plain HTTP. */
export function newId() {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
