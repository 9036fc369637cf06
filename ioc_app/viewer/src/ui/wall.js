/** What a wall does is a chunk of its own (`src/wall/`), fetched by the page of a wall, and by a desk that sends something to one. */
import { chunk } from './chunk.js';

const AGAIN_MS = 5000;
/** A scene that is there and cannot be shown is not tried all the time. */
const LEAST_MS = 30_000;

/** On a wall nobody presses a button: what could not be fetched is fetched again. @param {import('../wall/index.js').Viewer} viewer @returns {() => void} stop */
export function startWall(viewer) {
  let timer = 0;
  let stop = () => clearTimeout(timer);
  const start = async () => {
    const before = stop;
    try {
      const { startWall: begin } = await chunk('wall');
      if (stop === before) stop = begin(viewer);
    } catch (fault) {
      console.error(fault);
      timer = window.setTimeout(start, AGAIN_MS);
    }
  };
  void start();
  return () => {
    const last = stop;
    stop = () => {};
    last();
  };
}

/** A page of a wall that began while the server was away begins again. @param {string} sceneUrl @returns {() => void} stop */
export function reloadWhenThere(sceneUrl) {
  const timer = window.setInterval(async () => {
    const answer = await fetch(sceneUrl).catch(() => null);
    if (answer?.ok && performance.now() > LEAST_MS) window.location.reload();
  }, AGAIN_MS);
  return () => clearInterval(timer);
}
