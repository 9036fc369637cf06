/** Events as they are listed and drawn. */

/** @typedef {import('../live/stream.js').StreamEvent} StreamEvent */

export const EVENTS_KEPT = 200;
/** An event that asks for attention stays on the map for so long; alarms, which stay until they are cleared, come from rules. */
const DRAWN_MS = 30 * 60_000;

/** Where something is now; a patrol says so every few seconds, and nobody wants that in a list. @param {StreamEvent} event @returns {event is StreamEvent & {scene: [number, number, number]}} */
export function isMove(event) {
  return event.type === 'position' && Boolean(event.scene);
}

/** The latest by arrival, each once. @param {StreamEvent[]} events @returns {StreamEvent[]} the newest first */
export function newest(events) {
  const byId = new Map(events.map((one) => [one.event_id, one]));
  return [...byId.values()].sort((a, b) => b.seq - a.seq).slice(0, EVENTS_KEPT);
}

/** @param {StreamEvent[]} events @param {number} now ms @returns {import('../engine/types').LiveEvent[]} */
export function drawn(events, now) {
  const shown = events.filter((one) => one.level && (one.scene || Number.isInteger(one.idx)) && now - Date.parse(one.occurred_at) < DRAWN_MS);
  return shown.map((one) => ({ id: one.event_id, idx: one.idx, position: one.scene, kind: one.type, level: one.level, text: one.text, at: one.occurred_at }));
}
