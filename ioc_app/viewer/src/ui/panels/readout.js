/** Where the pointer is in campus coordinates, which way is north, how long a metre is. */
import { h, s } from '../dom.js';

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function readout(context) {
  const { tr, scene, engine } = context;
  const coordinates = h('span', { class: 'coordinates', 'aria-live': 'off' }, tr.text('readout.none'));
  const bar = h('span', { class: 'scale-bar' });
  const length = h('span', { class: 'scale-length' });
  const show = () => {
    const { width_px, text } = scaleBar(engine.metresPerPixel(), tr);
    bar.style.width = `${width_px}px`;
    length.textContent = text;
  };
  let over = ''; // the attached set under the pointer: it has no features that a card could show
  const stops = [
    engine.on('hover', (hit) => {
      const set = scene.tilesets.find((one) => one.id === hit?.tilesetId);
      over = set ? `${tr.title(set.title) || set.id}   ` : '';
    }),
    engine.on('coordinates', (at) => {
      coordinates.textContent = at ? `${over}E ${tr.fixed(at.x, 2)}   N ${tr.fixed(at.y, 2)}   H ${tr.fixed(at.z, 2)} m` : tr.text('readout.none');
    }),
    engine.on('view', show),
  ];
  show();
  const element = h(
    'footer',
    { class: 'readout float' },
    coordinates,
    h('span', { class: 'readout-crs', title: `${tr.text('readout.crs')}：${systemNames(scene).join(' · ')}` }, [scene.campus.crs, scene.campus.vertical_datum].map((one) => (one === 'local' ? tr.text('readout.local') : one)).join(' · ')),
    h('span', { class: 'scale', title: tr.text('readout.scale') }, length, bar),
  );
  return { element, dispose: () => stops.forEach((stop) => stop()) };
}

/**
 * Names of the coordinate system and the vertical datum; the server adds them to the scene.
 * @param {import('../../engine/types').Scene} scene
 */
export function systemNames(scene) {
  /** @type {typeof scene.campus & {crs_name?: string, vertical_datum_name?: string}} */
  const campus = scene.campus;
  return [campus.crs_name ?? campus.crs, campus.vertical_datum_name ?? campus.vertical_datum];
}

const ROUND_M = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const LONGEST_PX = 110;

/**
 * The longest round length that fits.
 * @param {number} metres_px metres of one CSS pixel
 * @param {import('../i18n.js').Translator} tr
 */
export function scaleBar(metres_px, tr) {
  const fitting = ROUND_M.filter((one) => one / metres_px <= LONGEST_PX);
  const metres = fitting.at(-1) ?? ROUND_M[0];
  const text = metres >= 1000 ? `${tr.number(metres / 1000, 0)} km` : `${tr.number(metres, 1)} m`;
  return { width_px: Math.min(LONGEST_PX, metres / metres_px), text };
}

/** @param {import('../context.js').Context} context @returns {import('../context.js').Panel} */
export function compass(context) {
  const { tr, engine } = context;
  const needle = s('g', {}, s('path', { class: 'needle-north', d: 'M20 6 24.500 20h-9z' }), s('path', { class: 'needle-south', d: 'M20 34 24.500 20h-9z' }));
  const label = s('text', { x: '20', y: '4.500', class: 'compass-letter', 'text-anchor': 'middle' }, tr.text('compass.north'));
  const dial = s('svg', { viewBox: '-2 -6 44 48', 'aria-hidden': 'true' }, s('circle', { cx: '20', cy: '20', r: '17' }), s('g', { class: 'compass-turn' }, needle, label));
  const turn = /** @type {SVGElement} */ (dial.querySelector('.compass-turn'));
  const show = () => turn.setAttribute('transform', `rotate(${(-engine.heading() * 180) / Math.PI} 20 20)`);
  const stop = engine.on('view', show);
  show();
  const element = h('button', { type: 'button', class: 'compass', title: tr.text('tool.north'), 'aria-label': tr.text('tool.north'), onclick: () => engine.north() });
  element.append(dial);
  return { element, dispose: stop };
}
