/** What things are called on the screen. */

/** @typedef {import('./engine/types').SceneBuilding} SceneBuilding */
/** @typedef {import('./engine/types').Language} Language */

/** @param {Pick<import('./engine/types').Scene, 'buildings'>} scene @param {string | null | undefined} id */
export function buildingOf(scene, id) {
  return scene.buildings.find((one) => one.building_id === id);
}

/** @param {SceneBuilding | undefined} building @param {Language} language */
export function buildingName(building, language) {
  return (language === 'en' && building?.name_en) || building?.name || building?.code || '';
}

/**
 * Number, name and long name as one title: `2 - Bedroom` and `Bedroom` say it once.
 * @param {(string | null | undefined)[]} parts
 */
export function fullName(parts) {
  const said = [...new Set(parts)].filter((one) => typeof one === 'string' && one !== '');
  return said.filter((one) => !said.some((other) => other !== one && ` ${other} `.includes(` ${one} `))).join(' ');
}

/** The part of a feature id that people know. @param {string} id */
export function keyOf(id) {
  const key = id.split(':').slice(2).join(':') || id;
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
