/** Which cells of a grid lie inside polygons: even-odd along the middle of each row. */

/** @typedef {[number, number][]} Ring */

/**
 * @param {readonly (readonly Ring[])[]} polygons each of rings, holes among them
 * @param {[number, number, number, number]} box west, south, east, north
 * @param {number} across cells
 * @param {number} down
 * @returns {Uint8Array} 1 inside one of them, rows from the south
 */
export function footprintMask(polygons, [west, south, east, north], across, down) {
  const mask = new Uint8Array(across * down);
  const [dx, dy] = [(east - west) / across, (north - south) / down];
  for (const rings of polygons) {
    const [low, high] = reachOf(rings);
    for (let row = Math.max(0, Math.floor((low - south) / dy)); row < Math.min(down, Math.ceil((high - south) / dy)); row++) {
      const cuts = crossings(rings, south + (row + 0.5) * dy);
      for (let i = 0; i + 1 < cuts.length; i += 2) {
        const first = Math.max(0, Math.ceil((cuts[i] - west) / dx - 0.5));
        const end = Math.min(across, Math.ceil((cuts[i + 1] - west) / dx - 0.5));
        if (end > first) mask.fill(1, row * across + first, row * across + end);
      }
    }
  }
  return mask;
}

/** @param {readonly Ring[]} rings @returns {[number, number]} their least and greatest y */
function reachOf(rings) {
  const reach = /** @type {[number, number]} */ ([Infinity, -Infinity]);
  for (const ring of rings) {
    for (const [, y] of ring) {
      if (y < reach[0]) reach[0] = y;
      if (y > reach[1]) reach[1] = y;
    }
  }
  return reach;
}

/** Where the rings cross a line of equal y, from west to east. @param {readonly Ring[]} rings @param {number} y */
function crossings(rings, y) {
  const found = [];
  for (const ring of rings) {
    for (let i = 0, before = ring.length - 1; i < ring.length; before = i++) {
      const [ax, ay] = ring[before];
      const [bx, by] = ring[i];
      if (ay > y !== by > y) found.push(ax + ((bx - ax) * (y - ay)) / (by - ay));
    }
  }
  return found.sort((a, b) => a - b);
}
