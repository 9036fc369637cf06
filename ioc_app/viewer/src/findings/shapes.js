/** What `/findings…` answers (docs/interfaces.md). Positions are scene axes, metres. */

/** @typedef {import('../engine/types').Title} Title */
/** @typedef {import('../engine/types').Vec3} Vec3 */
/** @typedef {'error' | 'warning' | 'info'} Severity */
/** @typedef {{feature_id: string, idx: number | null, name: string | null, label: string | null, layer_id: string | null, building_id: string | null, storey_id: string | null, position: Vec3 | null, bbox: import('../engine/types').Bbox | null}} Named */
/** @typedef {{type: string, coordinates?: any, geometries?: GeoJson[]}} GeoJson with heights everywhere */
/** @typedef {{sheet: string, row: number, column: string, old: string | null, new: string | null}} Change */
/** Where another thing stands. @typedef {{source: string | null, file: string | null, sheet: string | null, row: number | null}} Place */
/**
 * @typedef {object} Finding
 * @property {number} finding its number
 * @property {string} rule
 * @property {Severity} severity
 * @property {Title} title of the rule
 * @property {string | null} layer
 * @property {string | null} source
 * @property {string | null} file
 * @property {string | null} sheet
 * @property {number | null} row as a spreadsheet counts
 * @property {Place[]} also the others of what it is about
 * @property {string} message
 * @property {string | null} fix
 * @property {Named[]} features
 * @property {number} features_total
 * @property {Change[]} changes
 * @property {boolean} safe
 * @property {boolean} masked
 * @property {Vec3 | null} position
 * @property {import('../engine/types').Bbox | null} bbox
 * @property {GeoJson | null} shape
 */
/** @typedef {{id: string, severity: Severity, title: Title, unverified: boolean}} Rule */
/** @typedef {{rule: Record<string, number>, severity: Record<Severity, number>, layer: Record<string, number>}} Counts */
/** @typedef {{generation: number, total: number, matching: number, offset: number, counts: Counts, rules: Rule[], rules_asked: number, findings: Finding[]}} Page */
/** @typedef {{total: number, masked: number, without_place: number, not_drawn: number, finding: number[], severity: number[], position: Vec3[]}} Marks */
/** What is chosen; null: any. @typedef {{rule: string | null, severity: Severity | null, layer: string | null}} Chosen */

/** In the order of the numbers in `Marks.severity`. @type {Severity[]} */
export const SEVERITIES = ['error', 'warning', 'info'];

/** What is chosen, as the server is asked. @param {Chosen} chosen @param {Record<string, string | number>} [more] */
export function queryOf(chosen, more = {}) {
  const asked = Object.entries({ ...chosen, ...more }).filter(([, one]) => one !== null);
  return new URLSearchParams(asked.map(([name, one]) => [name, String(one)])).toString();
}
