/** What a device measures at the moment that is shown, on its card: value, unit, what it is worth, when it was measured. */
import { fill, h } from '../dom.js';

const REFRESH_MS = 3000;

/**
 * A list that keeps itself fresh while the card is open, and asks for nothing while nobody can see it.
 * @param {import('../context.js').Context} context
 * @param {string} deviceCode
 * @returns {HTMLElement}
 */
export function pointsOf({ api, store, tr }, deviceCode) {
  const element = h('dl', { class: 'points' });
  const open = () => element.isConnected && store.state.cardState !== 'none';
  const refresh = async () => {
    const { at } = store.state;
    const points = await api.points(deviceCode).catch(() => []);
    if (store.state.at !== at) return; // another moment is shown by now
    fill(element, ...points.flatMap((one) => [h('dt', {}, tr.title(one.title) || one.point_id), h('dd', { 'data-quality': one.quality ?? 'none' }, valueText(tr, one))]));
  };
  const keepFresh = async () => {
    if (!open()) return stop(); // closed, or another thing's: opened again, a card is made anew
    if (document.visibilityState === 'visible' && element.checkVisibility()) await refresh();
    setTimeout(keepFresh, REFRESH_MS);
    return undefined;
  };
  const stop = store.watch(['then'], () => void (open() && refresh()));
  setTimeout(keepFresh);
  return element;
}

/** @param {import('../i18n.js').Translator} tr @param {import('../api.js').PointNow} point */
export function valueText(tr, point) {
  if (point.quality === null) return tr.text('quality.none');
  const at = point.observed_at ? tr.time(point.observed_at) : '';
  const unit = tr.unit(point.unit ?? '');
  const value = point.value === null ? '–' : `${point.value.toLocaleString(tr.locale, { maximumFractionDigits: 3 })} ${unit}`.trim();
  const doubt = point.quality === 'good' ? '' : ` · ${tr.text(`quality.${point.quality}`)}`;
  return `${value}${doubt} · ${at}`;
}
