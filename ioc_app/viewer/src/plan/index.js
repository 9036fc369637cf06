/** The chunk of a storey's plan: drawn as SVG, moved by drag and wheel. */
import { drawPlan } from './drawing.js';
import { PanZoom } from './panzoom.js';

/**
 * @param {import('../ui/api.js').Plan} plan
 * @param {import('../ui/context.js').Context} context
 * @returns {SVGSVGElement}
 */
export function movablePlan(plan, context) {
  const svg = drawPlan(plan, context);
  new PanZoom(svg);
  return svg;
}
