/** The chunk of what cameras see: on the ground from a camera's card, as a ranked list from the card of a thing outdoors. */
import en from './i18n/en.json';
import zh from './i18n/zh.json';
import { seenBy } from './seen_by.js';
import { cameraView } from './view.js';

/**
 * @param {import('../ui/context.js').Context} context
 * @param {import('../ui/api.js').Feature} feature
 * @param {HTMLDetailsElement} details
 * @returns {HTMLElement}
 */
export function sightOf(context, feature, details) {
  /** @type {typeof import('../ui/i18n.js').Translator} */ (context.tr.constructor).learn({ zh, en });
  return feature.device_type === 'camera' ? cameraView(context, feature, details) : seenBy(context, feature);
}
