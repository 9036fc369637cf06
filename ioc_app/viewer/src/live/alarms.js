/** The alarms that stand, as the stream tells them. One key (who raised it, and why) has one alarm. */

/** @typedef {import('../engine/types').Title} Title */
/** @typedef {'C' | 'B' | 'A' | 'major'} AlarmLevel */
/** @typedef {{device: string | null, device_type: string | null, building_id: string | null, storey_id: string | null, space_id: string | null, zone_ids: string[]}} AlarmPlace */
/** Times are ISO 8601, UTC. `idx` is that of the device in the generation, `where` its place in words.
 * @typedef {object} Alarm
 * @property {string} alarm_id
 * @property {string} originator
 * @property {string} alarm_type
 * @property {AlarmLevel} level
 * @property {Title} title
 * @property {Title} text
 * @property {string} opened_at
 * @property {string} raised_at
 * @property {string | null} cleared_at
 * @property {boolean} active
 * @property {boolean} acknowledged
 * @property {string | null} acknowledged_by
 * @property {string | null} acknowledged_at
 * @property {boolean} closed
 * @property {number} raise_count
 * @property {number} event_count
 * @property {number | null} value
 * @property {string | null} unit
 * @property {number | null} limit
 * @property {string | null} device
 * @property {number | null} idx
 * @property {[number, number, number] | null} [scene] where it is, of what the campus has no device for
 * @property {Title} where
 * @property {AlarmPlace} place
 * @property {string | null} assignee
 * @property {boolean} shelved
 * @property {string | null} shelved_until
 * @property {string | null} suppressed_by the maintenance window
 * @property {{at: string, author: string, text: string}[]} comments
 * @property {string[]} rule_ids
 * @property {string | null} incident_id
 */
/** @typedef {{count: number, limit: number, window_s: number, flooding: boolean}} Flood */
/** @typedef {{alarms: Alarm[], snapshot: boolean, flood?: Flood | null}} AlarmsFrame */
/** By key. @typedef {ReadonlyMap<string, Alarm>} Alarms */

/** @param {{originator: string, alarm_type: string}} alarm */
export const keyOf = ({ originator, alarm_type }) => `${originator}\n${alarm_type}`;

/** What stands after a frame; what is closed is gone. @param {Alarms} known @param {AlarmsFrame} frame @returns {Alarms} */
export function merged(known, { alarms, snapshot }) {
  const now = new Map(snapshot ? [] : known);
  for (const one of alarms) {
    if (one.closed) now.delete(keyOf(one));
    else now.set(keyOf(one), one);
  }
  return now;
}

/** Whether it asks somebody to look now: shelved and suppressed ones do not. @param {Alarm} alarm */
export const isCalling = (alarm) => !alarm.acknowledged && !alarm.shelved && !alarm.suppressed_by;
