/**
 * The panels beside the campus and the drawer of their rows, as Dash components. They register on `window.campus_twin`
 * beside the viewer; plotly.js and the grid are fetched when the first chart and the first drawer want them.
 */
import { ScreenPanel } from './panel.js';
import { RowsDrawer } from './drawer.js';

Object.assign(((/** @type {any} */ (window)).campus_twin ??= {}), { ScreenPanel, RowsDrawer });
