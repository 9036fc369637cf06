/** The alarms: table, card, sound. */
import { h } from '../../ui/dom.js';

/** @param {import('../../ui/context.js').Context} context @returns {import('../index.js').TabView} */
export function alarmsTab({ tr }) {
  const element = h('div', { class: 'alarms', tabindex: '-1' }, tr.text('desk.none'));
  return { element, side: h('section', { hidden: true }), key: () => false, focus: () => element.focus(), dispose: () => undefined };
}
