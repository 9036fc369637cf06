/** What `/generations`, `/changes` and `/changes/rows` answer (docs/interfaces.md). Lengths are metres, positions scene axes. */

/** @typedef {import('../engine/types').Bbox} Bbox */
/** @typedef {'added' | 'moved' | 'changed' | 'removed'} Change */
/** @typedef {{number: number, in_force_at: string | null, in_use: boolean}} Model */
/** @typedef {{layer_id: string, old: number, new: number, added: number, removed: number, moved: number, changed: number, unchanged: number, moved_and_changed: number, matched_by_place: number, unmatched: number, largest_plan_m: number | null, largest_height_m: number | null, masked: boolean}} LayerCounts */
/** `ground`: of a shape without heights, the ground's under its vertices. @typedef {{feature_id: string, layer_id: string, geometry: {type: string, coordinates?: any, geometries?: any[]} | null, ground: (number | null)[] | null}} Gone */
/** `idx_in_use`: in the generation `in_use`; null for what is not in it. @typedef {{idx: number[], idx_in_use: (number | null)[], change: Change[], moved_plan_m: (number | null)[], moved_height_m: (number | null)[]}} Classes */
/** @typedef {{from: number, to: number, in_use: number, exact: boolean, layers: LayerCounts[], features: Classes, removed_total: number, removed: Gone[]}} Compared */
/** @typedef {{column: string, old: string | null, new: string | null}} Value */
/** @typedef {{feature_id: string, idx: number | null, kind: string | null, name: string | null, former_id: string | null, id_stable: boolean, moved_plan_m: number | null, moved_height_m: number | null, columns: Value[] | null, bbox: Bbox | null}} Row */
/** @typedef {{total: number, in_use: number, masked: boolean, rows: Row[]}} Page */

export {};
