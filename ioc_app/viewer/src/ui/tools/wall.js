/** Sending what is shown to a wall; what it takes is fetched when it is opened. */
import { fill, h } from '../dom.js';
import { chunk } from '../chunk.js';

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function wallTool(context) {
  const element = h('div', { class: 'tool-body' });
  let gone = false;
  let dispose = () => {};
  chunk('wall').then(
    ({ sendTool }) => {
      if (gone) return;
      const panel = sendTool(context);
      dispose = panel.dispose ?? dispose;
      fill(element, panel.element);
    },
    (fault) => {
      console.error(fault);
      fill(element, h('p', { class: 'error', role: 'alert' }, context.tr.text('fault.wall')));
    },
  );
  return {
    element,
    dispose: () => {
      gone = true;
      dispose();
    },
  };
}
