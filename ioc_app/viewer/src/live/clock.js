/** What time it is on the campus: the server's clock, as its last heartbeat said it, so that "since when" is true here, too. */

/**
 * @param {import('../ui/store.js').Store} store
 * @returns {{now: () => number, stop: () => void}} ms
 */
export function campusClock(store) {
  let ahead_ms = 0;
  const stop = store.watch(['beat'], ({ beat }) => {
    if (beat) ahead_ms = Date.parse(beat.at) - Date.now();
  });
  return { now: () => Date.now() + ahead_ms, stop };
}
