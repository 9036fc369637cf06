/** Places of incidents: in words, and how near they are to each other. */
import { buildingName, buildingOf, keyOf } from '../../names.js';
import { plainText } from '../../engine/text.js';
import { isOpen } from '../../live/incidents.js';

/** @typedef {import('../../live/incidents.js').Summary} Summary */
/** @typedef {import('../../live/incidents.js').IncidentPlace} IncidentPlace */

/** In plan; a hall is about so long. */
export const NEAR_M = 60;
const MOST_HINTS = 5;

/** As the server says it; a place that was only just chosen by building, storey, room and device. @param {Partial<IncidentPlace>} place @param {import('../../engine/types').Scene} scene @param {import('../../engine/types').Language} language */
export function placeWords({ building_id, storey_id, space_id, device, where }, scene, language) {
  const said = where?.[language] || where?.zh || where?.en;
  if (said) return plainText(said, 160);
  const building = buildingOf(scene, building_id);
  const storey = building?.storeys.find((one) => one.storey_id === storey_id);
  const parts = [buildingName(building, language) || (building_id && keyOf(building_id)), storey?.name, space_id && keyOf(space_id), device];
  return parts.filter(Boolean).map((one) => plainText(one, 60)).join(' · ');
}

/**
 * Open incidents that may be about the same: in the same room or at the same device, or near in plan and of the same storey
 * where both are known. Those of the same kind first, then the nearest.
 * @param {Iterable<Summary>} incidents @param {Partial<IncidentPlace>} place @param {string} kind @returns {{incident: Summary, distance_m: number | null}[]}
 */
export function around(incidents, place, kind) {
  const found = [...incidents].filter(isOpen).flatMap((incident) => {
    const distance_m = distance(incident.place, place);
    return isNear(incident.place, place, distance_m) ? [{ incident, distance_m }] : [];
  });
  found.sort((one, other) => Number(other.incident.kind === kind) - Number(one.incident.kind === kind) || (one.distance_m ?? 0) - (other.distance_m ?? 0));
  return found.slice(0, MOST_HINTS);
}

/** @param {IncidentPlace} one @param {Partial<IncidentPlace>} other @param {number | null} distance_m */
function isNear(one, other, distance_m) {
  if (one.device && one.device === other.device) return true;
  if (one.space_id && one.space_id === other.space_id) return true;
  const otherStorey = one.storey_id && other.storey_id && one.storey_id !== other.storey_id;
  return !otherStorey && distance_m !== null && distance_m <= NEAR_M;
}

/** @param {Partial<IncidentPlace>} one @param {Partial<IncidentPlace>} other @returns {number | null} in plan, m */
function distance({ scene: one }, { scene: other }) {
  return one && other ? Math.hypot(one[0] - other[0], one[1] - other[1]) : null;
}
