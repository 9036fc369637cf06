/** What comes over the stream, as `ioc_app/stream/frames.py` describes it. */

const MAGIC = 0x31425754;
const STATES = 9; // bytes of one value: idx, value, state

/** @typedef {{seq: number, generation: number, at: string, layer: string, n: number, snapshot: boolean}} Head */
/** @typedef {{head: Head, idx: Uint32Array, value: Float32Array, state: Uint8Array}} Values */

/**
 * A binary frame; throws where it is not one.
 * @param {ArrayBuffer} buffer
 * @returns {Values}
 */
export function readValues(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new RangeError('no frame of values');
  const start = 8 + view.getUint32(4, true);
  /** @type {Head} */
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, start - 8)));
  const { n } = head;
  if (buffer.byteLength !== start + n * STATES) throw new RangeError(`a frame of ${n} values has ${buffer.byteLength - start} bytes`);
  return {
    head,
    idx: new Uint32Array(buffer, start, n),
    value: new Float32Array(buffer, start + 4 * n, n),
    state: new Uint8Array(buffer, start + 8 * n, n),
  };
}
