/** The canvas as it stands, into the downloads: no server, no furniture. */

/** @param {import('../ui/context.js').Context} context */
export function savePicture({ engine, scene, tr, actions }) {
  const link = document.createElement('a');
  const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-');
  link.download = `${tr.title(scene.campus.name)}-${stamp}.png`;
  link.href = engine.screenshot();
  link.click();
  actions.say(tr.text('snapshots.saved'));
}
