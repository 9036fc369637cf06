/** In place of `engine/decoders.js`, by the build: sets of others are not in a snapshot, so nothing of theirs is decoded. */

/** @returns {import('three/addons/loaders/DRACOLoader.js').DRACOLoader | null} */
export const dracoDecoder = () => null;
