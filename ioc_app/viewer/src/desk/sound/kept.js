/** What this browser remembers of its sound. */
import { isMuted } from './rules.js';

/** @typedef {import('./rules.js').Mute} Mute */

const NAME = 'campus-alarm-sound';

/** @param {number} now ms @returns {{on: boolean, mute: Mute | null}} */
export function recalledSound(now) {
  try {
    const { on, mute } = JSON.parse(window.localStorage.getItem(NAME) ?? '{}');
    const sound = Array.isArray(mute?.heard) && typeof mute.until === 'number' && isMuted(mute, now);
    return { on: on !== false, mute: sound ? mute : null };
  } catch {
    return { on: true, mute: null };
  }
}

/** @param {{on: boolean, mute: Mute | null}} kept */
export function rememberSound({ on, mute }) {
  try {
    window.localStorage.setItem(NAME, JSON.stringify({ on, mute }));
  } catch {
    // a private window forgets
  }
}
