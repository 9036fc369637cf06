/** A table to take away: as a workbook and as text, in the language of the screen. */
import { h } from './dom.js';

/**
 * @param {import('./context.js').Context} context
 * @param {string} table as the API names it
 * @param {Record<string, string>} [query]
 */
export function exportLinks({ api, tr }, table, query = {}) {
  const link = (/** @type {'xlsx' | 'csv'} */ format) =>
    h('a', { class: 'link-button', download: '', href: `${api.url}/${table}.${format}?${new URLSearchParams({ ...query, language: tr.language })}`, title: tr.text('export.hint', { format: format.toUpperCase() }) }, format.toUpperCase());
  return h('span', { class: 'exports' }, tr.text('export.title'), link('xlsx'), link('csv'));
}
