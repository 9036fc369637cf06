/** The chunk of a storey's plan: drawn as SVG, moved by drag and wheel, with what its cameras see. */
import { drawPlan } from './drawing.js';
import { PanZoom } from './panzoom.js';

export { coverageOf } from './coverage.js';

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
