/** The incidents that are open, as the stream tells them. The shapes are those of docs/incidents.md; times are ISO 8601, UTC. */

/** @typedef {import('../engine/types').Title} Title */
/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {import('./alarms.js').AlarmLevel} Level */
/** @typedef {'found' | 'accepted' | 'dispatched' | 'handled' | 'reported_back' | 'verified' | 'closed' | 'rated'} Stage */
/** @typedef {'accept' | 'dispatch' | 'feedback' | 'close'} ClockName */
/** `where`: in words; `said`: what the reporter called it. @typedef {{device: string | null, device_type: string | null, feature_id: string | null, idx: number | null, building_id: string | null, storey_id: string | null, space_id: string | null, zone_ids: string[], scene: Vec3 | null, where: Title, said: string | null}} IncidentPlace */
/** @typedef {{what: ClockName, title: Title, state: 'running' | 'paused' | 'met' | 'missed', due_at: string | null, warns_at: string | null, breached: boolean}} RunningClock */
/**
 * One line of the board.
 * @typedef {object} Summary
 * @property {string} incident_id
 * @property {number} revision
 * @property {string} kind
 * @property {Title} kind_title
 * @property {Level} level
 * @property {Title} title
 * @property {Stage} stage
 * @property {string | null} outcome
 * @property {'alarm' | 'event' | 'report'} source
 * @property {boolean} suspended
 * @property {boolean} supervised
 * @property {string | null} owner
 * @property {string} opened_at
 * @property {string} updated_at
 * @property {string | null} closed_at
 * @property {IncidentPlace} place
 * @property {number} alarm_count
 * @property {number} event_count
 * @property {number} report_count
 * @property {number} photo_count
 * @property {{total: number, open: number}} orders
 * @property {string | null} unit
 * @property {Title | null} unit_title
 * @property {string | null} assignee
 * @property {string | null} assignee_title
 * @property {RunningClock | null} clock
 * @property {ClockName[]} breached
 * @property {ClockName[]} warned
 * @property {{done: number, total: number} | null} plan
 */
/** @typedef {{incidents: Summary[], snapshot: boolean}} IncidentsFrame */
/** By id. @typedef {ReadonlyMap<string, Summary>} Incidents */

/** In the order in which they are gone through. @type {readonly Stage[]} */
export const STAGES = ['found', 'accepted', 'dispatched', 'handled', 'reported_back', 'verified', 'closed', 'rated'];

/** @param {{stage: Stage}} incident */
export const isOpen = ({ stage }) => stage !== 'closed' && stage !== 'rated';

/**
 * What is known after a frame. One that was closed stays for a moment, so that it is seen to go; one that nobody knew to be open
 * does not come.
 * @param {Incidents} known @param {IncidentsFrame} frame @returns {Incidents}
 */
export function mergedIncidents(known, { incidents, snapshot }) {
  const now = new Map(snapshot ? [] : known);
  for (const one of incidents) {
    const before = now.get(one.incident_id);
    if (before ? before.revision <= one.revision : isOpen(one)) now.set(one.incident_id, one);
  }
  return now;
}

/** @typedef {'none' | 'calm' | 'warn' | 'breach' | 'paused' | 'met' | 'missed'} Tone */

/** How a clock stands at a moment, whether or not somebody has said so yet. @param {Pick<RunningClock, 'state' | 'due_at' | 'warns_at' | 'breached'> | null} clock @param {number} now ms @returns {Tone} */
export function toneOf(clock, now) {
  if (!clock) return 'none';
  if (clock.state !== 'running') return clock.state;
  if (clock.breached || (clock.due_at && Date.parse(clock.due_at) < now)) return 'breach';
  return clock.warns_at && Date.parse(clock.warns_at) <= now ? 'warn' : 'calm';
}

/** Without those that are closed. @param {Incidents} known @returns {Incidents} */
export const stillOpen = (known) => new Map([...known].filter(([, one]) => isOpen(one)));
