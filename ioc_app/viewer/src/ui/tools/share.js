/** The address that restores the view. */

/** @typedef {import('../context.js').Context} Context */

/** @param {Context} context */
export async function copyLink({ tr, actions }) {
  const address = window.location.href;
  try {
    await navigator.clipboard.writeText(address);
    actions.say(tr.text('link.copied'));
  } catch {
    // without a secure context browsers refuse the clipboard; the address line holds the same link
    actions.say(tr.text('link.inAddress'));
  }
}
