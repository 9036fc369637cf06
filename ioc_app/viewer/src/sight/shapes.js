/** What `/sight/…` answers (docs/interfaces.md). Lengths are metres, positions scene axes. */

/** @typedef {import('../engine/types').Title} Title */
/** @typedef {{feature_id: string, idx: number | null, device_code: string | null, name: string | null, name_en: string | null, layer_id: string | null, position: import('../engine/types').Vec3 | null, bbox: import('../engine/types').Bbox | null, building_id: string | null, storey_id: string | null}} Named */
/** @typedef {{id: string, title: Title, px_per_m: number}} DensityClass from the most pixels to the least */
/** @typedef {Named & {visible: boolean, share: number, reason: 'seen' | 'out_of_range' | 'not_in_picture' | 'hidden', blocked_by: Named | 'terrain' | null, distance_m: number, px_per_m: number | null, density: string | null}} SightRow */
/** @typedef {{inside: Named | null, asked: number, visible: number, skipped: Record<string, number>, rows: SightRow[], classes: DensityClass[], target_height_m: number, unverified: boolean}} Seeing */
/** @typedef {{west: number, north: number, cell_m: number, rows: number, columns: number, class: string, corner_z: string}} Cells */
/** @typedef {{camera: Named & {field_of_view_deg: number, pitch_deg: number, range_m: number, resolution_px: [number, number], assumed: string[]}, classes: (DensityClass & {area_m2: number})[], below_m2: number, area_m2: number, cells: Cells, target_height_m: number, unverified: boolean}} Viewed */
/**
 * Of a storey, in plan: `rings` are scene metres, inside is where an odd number of them is around.
 * @typedef {{storey_id: string, share: number, floor_m2: number, covered_m2: number, blind_m2: number, cameras: (Named & {area_m2: number, rings: import('../ui/api.js').Ring[]})[], blind: {area_m2: number, rooms: Named[], rings: import('../ui/api.js').Ring[]}[], rooms: (Named & {area_m2: number, share: number | null, cameras: string[]})[], found: number, skipped: Record<string, number>}} Coverage
 */

export {};
