/** Dash keeps every value that an input of a callback ever had, for an undo that the page does not offer. On a wall that is months of them. */

export function forgetHistory() {
  for (const store of /** @type {any} */ (window).dash_stores ?? []) {
    const past = store.getState?.()?.history?.past;
    if (Array.isArray(past)) past.length = 0;
  }
}
