/** Keeps the page within what the file holds: between its first and its last moment, and with the whole campus. */

/** @typedef {import('../ui/store.js').Store} Store */

/** @param {number | null} at @param {{from: number, to: number}} about @returns {number} */
export const within = (at, { from, to }) => Math.min(to, Math.max(from, at ?? to));

/** @param {Store} store @param {import('./record.js').About} about @returns {() => void} */
export function hold(store, about) {
  const stops = [
    store.watch(['at'], ({ at }) => {
      const kept = within(at, about);
      if (kept !== at) store.set({ at: kept });
    }),
    store.watch(['place'], ({ place }) => {
      if (place !== null) store.set({ place: null });
    }),
    store.watch(['mode', 'screen'], ({ mode, screen }) => {
      if (mode === 'screen' && !about.screens.length) store.set({ mode: 'desk' });
      else if (mode === 'screen' && screen !== null && !about.screens.includes(screen)) store.set({ screen: about.screens[0] });
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
