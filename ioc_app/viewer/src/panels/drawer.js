/** The rows behind a panel: a modal dialog, which the browser itself closes by Escape and keeps the focus in. */
import { script } from './scripts.js';

/** The page's React, as far as it is used. @type {any} */
const React = /** @type {any} */ (window).React;

/** What the drawer of this page needs to have been fetched. @type {string[]} */
let scripts = [];

export const gridScripts = () => Promise.all(scripts.map(script));

/** @typedef {{title: string, text: string}} Note */
/** @typedef {{id: string, children?: any, heading?: string, close_label?: string, notes?: Note[], scripts?: string[], closed?: number, setProps: (changed: any) => void}} Props */

/** @param {Props} props */
export function RowsDrawer({ id, children, heading, close_label, notes, scripts: wanted, closed, setProps }) {
  scripts = wanted ?? [];
  const dialog = React.useRef(null);
  const open = [children].flat().some(Boolean);
  React.useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
    else if (!open && dialog.current.open) dialog.current.close();
  }, [open]);
  const e = React.createElement;
  const told = (notes ?? []).map(({ title, text }) => e('details', { key: title }, e('summary', null, title), e('pre', null, text)));
  // to the end of the page: whatever hides or scales the screen's regions does not reach it
  const inBody = (/** @type {any} */ element) => (/** @type {any} */ (window)).ReactDOM.createPortal(element, document.body);
  return inBody(e(
    'dialog',
    { id, ref: dialog, className: 'rows-drawer', 'aria-labelledby': `${id}-title`, onClose: () => open && setProps({ closed: (closed ?? 0) + 1 }) },
    e(
      'header',
      null,
      e('h2', { id: `${id}-title` }, heading),
      e('button', { type: 'button', className: 'close', 'aria-label': close_label, title: close_label, onClick: () => dialog.current.close() }, '✕'),
    ),
    e('div', { className: 'grid' }, children),
    ...told,
  ));
}
