/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>} bytes that start their own buffer, so wider arrays can view them
 */
function bytesOf(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** @param {string} text */
export const decodeU8 = (text) => bytesOf(text);
/** @param {string} text little-endian */
export const decodeU16 = (text) => new Uint16Array(bytesOf(text).buffer);
/** @param {string} text little-endian */
export const decodeU32 = (text) => new Uint32Array(bytesOf(text).buffer);
/** @param {string} text little-endian */
export const decodeF32 = (text) => new Float32Array(bytesOf(text).buffer);
