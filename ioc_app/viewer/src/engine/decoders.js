/**
 * The decoder that only the sets of others need: Draco geometry. Its WebAssembly lies beside this bundle and is fetched
 * when the first such mesh arrives. (KTX2 textures would cost 22 KB gzip of the bundle before anybody has one.)
 */
import { DRACOLoader } from 'three/addons/loaders/DRACOLoader.js';

export function dracoDecoder() {
  return new DRACOLoader().setDecoderPath(new URL('.', import.meta.url).href);
}
