/** Fields and their values in words. */
import { buildingName, buildingOf } from '../names.js';

/** @typedef {import('./api.js').FieldRef} FieldRef */
/** @typedef {import('./api.js').Field} Field */
/** @typedef {import('./i18n.js').Translator} Translator */
/** @typedef {import('../engine/types').Scene} Scene */

/**
 * What a field is called: in words where it has any, else as the file calls it.
 * @param {Translator} tr
 * @param {FieldRef & {title?: import('../engine/types').Title}} field
 */
export function fieldTitle(tr, field) {
  if (field.property !== undefined) return propertyTitle(tr, field.property);
  if (field.attribute !== undefined) return attributeTitle(tr, field.attribute);
  return tr.title(field.title) || String(field.column ?? field.quantity);
}

/** @param {Translator} tr @param {string} name as IFC writes it */
export function propertyTitle(tr, name) {
  return tr.code('property', name) || name;
}

/** @param {Translator} tr @param {string} name as the source or its reader writes it */
export function attributeTitle(tr, name) {
  return tr.code('attribute', name) || name;
}

/** Where a field is kept: what the list of choices is grouped by. @param {Translator} tr @param {FieldRef} field */
export function fieldGroup(tr, field) {
  if (field.quantity !== undefined) return tr.text('colour.now');
  if (field.property !== undefined) return field.set || tr.text('field.noSet');
  return tr.text(field.attribute === undefined ? 'field.columns' : 'field.attributes');
}

/**
 * A category in words.
 * @param {string} value
 * @param {FieldRef & {layer: string}} field
 * @param {Translator} tr
 * @param {Scene} scene
 */
export function valueName(value, field, tr, scene) {
  const layer = scene.layers.find((one) => one.id === field.layer);
  const { column } = field;
  if (column !== undefined && column === layer?.colour_column && layer.class_titles[value]) return tr.title(layer.class_titles[value]);
  if (column === 'building_id') return buildingName(buildingOf(scene, value), tr.language) || value;
  if (column === 'storey_id') return storeyName(value, scene, tr.language);
  if (value === 'true' || value === 'false') return tr.text(value === 'true' ? 'yes' : 'no');
  return (column !== undefined && tr.code(column, value)) || value;
}

/** Building and storey. @param {string} id @param {Scene} scene @param {import('../engine/types').Language} language */
function storeyName(id, scene, language) {
  for (const building of scene.buildings) {
    const storey = building.storeys.find((one) => one.storey_id === id);
    if (storey) return `${buildingName(building, language)} ${storey.name || storey.ordinal}`;
  }
  return id;
}
