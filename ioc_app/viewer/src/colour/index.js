/** The chunk of the tool that colours a layer by a field. */
export { colourTool } from '../ui/tools/colour.js';
