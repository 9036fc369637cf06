/** Tubes as triangles: an upright ellipse swept along each straight part. */

const SIDES = 10;

/** x1, y1, z1, x2, y2, z2, half in plan, half in depth; scene metres. @typedef {number[]} Part */

/** Unit vectors across a part: level, and as upright as the part allows. @param {Part} part */
export function across([x1, y1, z1, x2, y2, z2]) {
  const length = Math.hypot(x2 - x1, y2 - y1, z2 - z1) || 1;
  const [dx, dy, dz] = [(x2 - x1) / length, (y2 - y1) / length, (z2 - z1) / length];
  const flat = Math.hypot(dx, dy);
  const level = flat > 1e-6 ? [dy / flat, -dx / flat, 0] : [1, 0, 0];
  const up = [level[1] * dz - level[2] * dy, level[2] * dx - level[0] * dz, level[0] * dy - level[1] * dx];
  return { level, up };
}

/**
 * @param {readonly Part[]} parts
 * @param {readonly [number, number, number, number]} colour 0 to 255
 * @returns {import('../engine/types').Areas}
 */
export function tubesOf(parts, colour) {
  const position = new Float32Array(parts.length * SIDES * 18);
  let at = 0;
  for (const part of parts) {
    const { level, up } = across(part);
    const ring = (/** @type {number} */ end, /** @type {number} */ n) => {
      const turn = (2 * Math.PI * n) / SIDES;
      const [wide, tall] = [Math.cos(turn) * part[6], Math.sin(turn) * part[7]];
      for (let k = 0; k < 3; k++) position[at++] = part[3 * end + k] + wide * level[k] + tall * up[k];
    };
    for (let n = 0; n < SIDES; n++) for (const [end, side] of [[0, n], [1, n], [1, n + 1], [0, n], [1, n + 1], [0, n + 1]]) ring(end, side);
  }
  const rgba = new Uint8Array((position.length / 3) * 4);
  for (let k = 0; k < rgba.length; k += 4) rgba.set(colour, k);
  return { position, rgba };
}

/** Several as one. @param {import('../engine/types').Areas[]} some @returns {import('../engine/types').Areas | null} */
export function joined(some) {
  if (!some.length) return null;
  const position = new Float32Array(some.reduce((sum, one) => sum + one.position.length, 0));
  const rgba = new Uint8Array(some.reduce((sum, one) => sum + one.rgba.length, 0));
  let [atPosition, atColour] = [0, 0];
  for (const one of some) {
    position.set(one.position, atPosition);
    rgba.set(one.rgba, atColour);
    atPosition += one.position.length;
    atColour += one.rgba.length;
  }
  return { position, rgba };
}
