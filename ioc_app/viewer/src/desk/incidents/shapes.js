/** What the server says about one incident: the shapes of docs/incidents.md, beside those that the stream carries. */

/** @typedef {import('../../engine/types').Title} Title */
/** @typedef {import('../../engine/types').Vec3} Vec3 */
/** @typedef {import('../../live/incidents.js').Summary} Summary */
/** @typedef {import('../../live/incidents.js').Stage} Stage */
/** @typedef {import('../../live/incidents.js').IncidentPlace} IncidentPlace */
/** @typedef {{act: string, title: Title, to: string | null, must: string[], may: string[]}} Act */
/** @typedef {import('../../live/incidents.js').RunningClock & {limit_s: number, elapsed_s: number, warned_at: string | null, breached_at: string | null, stopped_at: string | null, unverified: boolean}} WholeClock */
/** @typedef {{alarm_id: string, originator: string, alarm_type: string, level: import('../../live/alarms.js').AlarmLevel, title: Title, opened_at: string, joined_at: string, active: boolean | null, acknowledged: boolean | null}} AlarmLine */
/** @typedef {{event_id: string, originator: string, type: string, text: string, occurred_at: string}} EventLine */
/** @typedef {{at: string, by: string, channel: string, text: string, reporter: {name?: string, phone?: string, unit?: string} | null}} Report */
/** @typedef {{photo_id: string, url: string, at: string, by: string}} Photo */
/** @typedef {{seq: number, at: string, kind: string, title: Title, by: string | null, text: string | null, reason?: Title | null, order_id?: string | null, stage?: Stage}} HistoryLine */
/** @typedef {{item: string, text: Title, role: Title | null, within_min: number | null, due_at: string | null, done: {by: string, at: string, text: string | null} | null}} PlanItem */
/** @typedef {{plan_id: string, title: Title, unverified: boolean, items: PlanItem[]}} Plan */
/** @typedef {{unit: string, unit_title: Title, assignee: string | null, assignee_title: string | null, phone: string | null, what: string, due_in_s: number, auto: boolean, rule: string, reason: Title}} Proposal */
/**
 * @typedef {object} WorkOrder
 * @property {string} order_id
 * @property {number} number
 * @property {string} what
 * @property {string | null} unit
 * @property {Title | null} unit_title
 * @property {string | null} assignee
 * @property {string | null} assignee_title
 * @property {'issued' | 'accepted' | 'done' | 'verified' | 'rejected'} stage
 * @property {string} issued_at
 * @property {string | null} issued_by
 * @property {string | null} due_at
 * @property {boolean} overdue
 * @property {Title | null} reason
 * @property {string | null} result
 * @property {Act[]} acts
 * @property {HistoryLine[]} history
 */
/**
 * @typedef {object} Incident
 * @property {string} incident_id
 * @property {number} revision
 * @property {string} kind
 * @property {Title} kind_title
 * @property {import('../../live/alarms.js').AlarmLevel} level
 * @property {Title} title
 * @property {Title | null} text
 * @property {'alarm' | 'event' | 'report'} source
 * @property {Stage} stage
 * @property {string | null} outcome
 * @property {string | null} merged_into
 * @property {{since: string, until: string | null, text: string, by: string} | null} suspended
 * @property {{since: string, by: string, text: string, times: number} | null} supervised
 * @property {string | null} owner
 * @property {string} occurred_at
 * @property {string} opened_at
 * @property {string} updated_at
 * @property {string | null} closed_at
 * @property {IncidentPlace} place
 * @property {string | null} cause
 * @property {AlarmLine[]} alarms
 * @property {EventLine[]} events
 * @property {Report[]} reports
 * @property {Photo[]} photos
 * @property {WorkOrder[]} work_orders
 * @property {WholeClock[]} clocks
 * @property {Plan | null} plan
 * @property {Proposal | null} proposal
 * @property {{at: string, by: string, score: number, text: string | null}[]} ratings
 * @property {{at: string, by: string, reached: boolean, satisfied: boolean | null, text: string | null}[]} revisits
 * @property {Act[]} acts
 * @property {HistoryLine[]} history
 */
/**
 * What forms are made of.
 * @typedef {object} Terms
 * @property {{kind: string, title: Title, level: string, plan_id: string | null}[]} kinds
 * @property {{level: string, numeral: string, title: Title, shape: string}[]} levels
 * @property {{stage: string, title: Title}[]} stages
 * @property {{channel: string, title: Title}[]} channels
 * @property {{outcome: string, title: Title}[]} outcomes
 * @property {{unit: string, title: Title, phone: string | null}[]} units
 * @property {{unit: string, unit_title: Title, person: string, name: string, phone: string | null, shift: string, from: string, to: string}[]} on_duty
 * @property {boolean} unverified
 */
/** @typedef {{feature_id: string, idx: number | null, device_code: string | null, name: string | null, distance_m: number, height_m: number | null, same_storey: boolean, same_building: boolean, scene: Vec3 | null, building_id: string | null, storey_id: string | null}} NearThing */
/** @typedef {{resources: {type: string, title: Title, nearest: NearThing[]}[], responsible: {of: string, of_id: string, of_title: Title | string | null, who: string, name: string, unit: string | null, unit_title: Title | null, phone: string | null, reason: Title}[]}} Near */

/** @type {Terms} */
export const NO_TERMS = { kinds: [], levels: [], stages: [], channels: [], outcomes: [], units: [], on_duty: [], unverified: false };
