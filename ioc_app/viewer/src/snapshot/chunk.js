/** In place of `ui/chunk.js`, by the build: a file that is opened from a disk can fetch nothing, so all parts are in it. */
import * as colour from '../colour/index.js';
import * as desk from '../desk/index.js';
import * as now from '../now/index.js';
import * as pipes from '../pipes/index.js';
import * as plan from '../plan/index.js';
import * as time from '../time/index.js';

const CHUNKS = { colour, desk, now, pipes, plan, time };

/** @template {keyof typeof CHUNKS} Name @param {Name} name @returns {Promise<(typeof CHUNKS)[Name]>} */
export async function chunk(name) {
  return CHUNKS[name];
}
