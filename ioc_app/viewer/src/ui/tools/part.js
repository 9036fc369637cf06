/** Tools whose content is a chunk, fetched when they are opened. */
import { fill, h } from '../dom.js';
import { chunk } from '../chunk.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').Panel} Panel */

/**
 * @template {keyof import('../chunk.js').Chunks} Name
 * @param {Name} name
 * @param {(part: import('../chunk.js').Chunks[Name], context: Context) => Panel} make
 * @param {string} broken key of what is said when it cannot be fetched
 * @returns {(context: Context) => Panel}
 */
export const part = (name, make, broken) => (context) => {
  const element = h('div', { class: 'tool-body' });
  let gone = false;
  let dispose = () => {};
  chunk(name).then(
    (found) => {
      if (gone) return;
      const panel = make(found, context);
      dispose = panel.dispose ?? dispose;
      fill(element, panel.element);
    },
    (fault) => {
      console.error(fault);
      fill(element, h('p', { class: 'error', role: 'alert' }, context.tr.text(broken)));
    },
  );
  return {
    element,
    dispose: () => {
      gone = true;
      dispose();
    },
  };
};

/** Colouring a layer by a field. */
export const colourTool = part('colour', (tools, context) => tools.colourTool(context), 'fault.colour');
/** What another survey changed. */
export const changesTool = part('changes', ({ changesPanel }, context) => changesPanel(context), 'fault.changes');
/** Sending what is shown to a wall. */
export const wallTool = part('wall', ({ sendTool }, context) => sendTool(context), 'fault.wall');
/** What lies under a line or in a pit. */
export const undergroundTool = part('underground', ({ undergroundPanel }, context) => undergroundPanel(context), 'fault.underground');
/** What the quality inspection found. */
export const findingsTool = part('findings', ({ findingsPanel }, context) => findingsPanel(context), 'fault.findings');
/** What is shown, as a file. */
export const snapshotTool = part('snapshots', ({ snapshotPanel }, context) => snapshotPanel(context), 'fault.snapshots');
