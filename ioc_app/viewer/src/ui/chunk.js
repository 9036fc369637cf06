/** Parts of the viewer that are fetched when they are wanted: they lie beside it, each asked for by what is in it. */

/**
 * @typedef {{
 *   changes: typeof import('../changes/index.js'),
 *   colour: typeof import('../colour/index.js'), desk: typeof import('../desk/index.js'), findings: typeof import('../findings/index.js'), now: typeof import('../now/index.js'), pipes: typeof import('../pipes/index.js'), plan: typeof import('../plan/index.js'),
 *   sight: typeof import('../sight/index.js'), snapshots: typeof import('../snapshots/index.js'), time: typeof import('../time/index.js'), underground: typeof import('../underground/index.js'),
 *   wall: typeof import('../wall/index.js'),
 * }} Chunks
 */

/** @template {keyof Chunks} Name @param {Name} name @returns {Promise<Chunks[Name]>} */
export function chunk(name) {
  // @ts-ignore -- esbuild's define
  return import(new URL(`${name}.js?${JSON.parse(CHUNK_HASHES)[name]}`, import.meta.url).href);
}
