/** What time it is on the campus: the server's clock, as its last heartbeat said it, so that "since when" is true here, too. */

/**
 * @param {import('../ui/store.js').Store} store
 * @returns {{now: () => number, shown: () => number, stop: () => void}} ms; `shown`: the moment that is shown, which may be past
 */
export function campusClock(store) {
  let ahead_ms = 0;
  const stop = store.watch(['beat'], ({ beat }) => {
    if (beat) ahead_ms = Date.parse(beat.at) - Date.now();
  });
  const now = () => Date.now() + ahead_ms;
  return { now, shown: () => store.state.at ?? now(), stop };
}
