/**
 * The keys of the desk. While the desk has the focus its keys come before those of the tools; elsewhere only the keys that
 * open a tab are its own, and what a tab claims for itself (a sound that rings is silenced from everywhere, a report is taken).
 * The tab that has the focus, in its table or in its card, comes first; to open another closes the card, as by mouse: a key
 * never acts on what is not shown.
 */

/** @typedef {import('./index.js').Tab} Tab */
/** @typedef {import('./index.js').TabView} TabView */

const FIELDS = ['INPUT', 'SELECT', 'TEXTAREA'];

/**
 * @param {import('../ui/context.js').Context} context
 * @param {import('../ui/desk.js').Places} places
 * @param {Tab[]} tabs
 * @param {Map<string, TabView>} views
 * @returns {() => void} stop
 */
export function listenToKeys({ store }, { dock }, tabs, views) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const at = /** @type {HTMLElement | null} */ (event.target instanceof HTMLElement ? event.target : null);
    if (event.defaultPrevented || event.metaKey || event.altKey || store.state.feedsOpen) return;
    if (at && (at.isContentEditable || FIELDS.includes(at.tagName) || at.closest('[data-own-keys]'))) return;
    if (took(event, at ? ownerOf(at) : undefined)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  /** @param {HTMLElement} at */
  const ownerOf = (at) => (dock.contains(at) ? views.get(store.state.desk ?? '') : [...views.values()].find((view) => view.side.contains(at)));
  const took = (/** @type {KeyboardEvent} */ event, /** @type {TabView | undefined} */ own) => {
    if (own?.key(event, true)) return true;
    for (const view of views.values()) if (view !== own && view.key(event, false)) return true;
    const tab = event.ctrlKey ? undefined : tabs.find(({ opens }) => opens === event.key.toLowerCase());
    if (!tab) return false;
    if (store.state.desk !== tab.id || store.state.mode !== 'desk') store.set({ mode: 'desk', desk: tab.id, deskOpen: null }); // a screen has no tables
    views.get(tab.id)?.focus();
    return true;
  };
  window.addEventListener('keydown', onKey, { capture: true });
  return () => window.removeEventListener('keydown', onKey, { capture: true });
}
