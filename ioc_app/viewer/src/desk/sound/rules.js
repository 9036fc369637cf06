/**
 * When the desk sounds. Each level repeats in its own time until it is acknowledged. Muting silences what stands now, for
 * ten minutes; a new alarm of level A or I breaks through, for it is not what was muted.
 */
import { stateOf } from '../../engine/levels.js';
import { isCalling } from '../../live/alarms.js';

/** @typedef {import('../../live/alarms.js').Alarm} Alarm */
/** `heard`: the grave ones that stood when it was muted. @typedef {{until: number, heard: string[]}} Mute */
/** @typedef {{level: number, at: number}} Strike */

export const MUTE_MS = 10 * 60_000;
const GRAVE = stateOf('A');
/** By level from 1, the mildest first. */
const REPEATS_MS = [30_000, 15_000, 8000, 4000];

/** Once graver it is news again. @param {Alarm} alarm */
const nameOf = ({ alarm_id, level }) => `${alarm_id} ${level}`;

/** @param {Iterable<Alarm>} alarms @param {number} now ms @returns {Mute} */
export function mutedNow(alarms, now) {
  const grave = [...alarms].filter((one) => isCalling(one) && stateOf(one.level) >= GRAVE);
  return { until: now + MUTE_MS, heard: grave.map(nameOf) };
}

/** @param {Mute | null} mute @param {number} now ms @returns {mute is Mute} */
export const isMuted = (mute, now) => mute !== null && now < mute.until;

/**
 * The gravest level that must be heard.
 * @param {Iterable<Alarm>} alarms that stand
 * @param {Mute | null} mute
 * @param {number} now ms
 * @returns {number} 1 to 4; 0: silence
 */
export function levelToSound(alarms, mute, now) {
  const muted = isMuted(mute, now);
  let gravest = 0;
  for (const one of alarms) {
    const level = stateOf(one.level);
    if (level <= gravest || !isCalling(one)) continue;
    if (!muted || (level >= GRAVE && !mute.heard.includes(nameOf(one)))) gravest = level;
  }
  return gravest;
}

/** Whether it is time: at once when it became graver, then again and again. @param {number} level @param {Strike | null} last @param {number} now ms */
export function isDue(level, last, now) {
  if (level === 0) return false;
  return last === null || level > last.level || now - last.at >= REPEATS_MS[level - 1];
}
