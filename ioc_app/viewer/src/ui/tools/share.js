/** A picture of the view, and the address that restores it. */

/** @typedef {import('../context.js').Context} Context */

/** @param {Context} context */
export function savePicture({ engine, scene, tr, actions }) {
  const link = document.createElement('a');
  const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-');
  link.download = `${tr.title(scene.campus.name)}-${stamp}.png`;
  link.href = engine.screenshot();
  link.click();
  actions.say(tr.text('picture.saved'));
}

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
