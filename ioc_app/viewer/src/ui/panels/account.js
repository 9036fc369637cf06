/** Who is logged in, and the way out. A wall shows its name and has no way out: its link is revoked by an administrator. */
import { fill, h, icon } from '../dom.js';

/** @typedef {import('../api.js').Me} Me */

/**
 * @param {import('../context.js').Context} context
 * @param {() => Node[]} looks language and theme, which have no room in the bar of a phone
 * @returns {import('../context.js').Panel}
 */
export function account(context, looks) {
  const { store } = context;
  const element = h('div', { class: 'account' });
  const stop = store.watch(['me'], ({ me }) => fill(element, ...(me ? menu(me, context, looks) : [])));
  const outside = (/** @type {PointerEvent | KeyboardEvent} */ event) => {
    const inside = event instanceof PointerEvent && element.contains(/** @type {Node} */ (event.target));
    if (inside || (event instanceof KeyboardEvent && event.key !== 'Escape')) return;
    element.querySelector('details')?.removeAttribute('open');
  };
  document.addEventListener('pointerdown', outside);
  document.addEventListener('keydown', outside);
  const dispose = () => {
    stop();
    document.removeEventListener('pointerdown', outside);
    document.removeEventListener('keydown', outside);
  };
  return { element, dispose };
}

/** @param {Me} me @param {import('../context.js').Context} context @param {() => Node[]} looks @returns {Node[]} */
function menu(me, { api, tr }, looks) {
  const name = h('span', { class: 'account-name' }, me.display_name);
  if (me.kind !== 'person') return [h('span', { class: 'account-wall' }, icon('person'), name)];
  const leave = async () => {
    await api.logOut().catch(() => {});
    window.location.reload();
  };
  return [
    h(
      'details',
      {},
      h('summary', { class: 'text-button', title: tr.text('account.title') }, icon('person'), name),
      h(
        'div',
        { class: 'account-menu' },
        h('p', {}, `${me.display_name}（${me.name}）`),
        h('p', { class: 'account-role' }, tr.text(`role.${me.role}`)),
        h('div', { class: 'looks' }, ...looks()),
        h('button', { type: 'button', class: 'button', onclick: leave }, tr.text('account.leave')),
      ),
    ),
  ];
}
