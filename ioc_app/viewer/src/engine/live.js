/** What the stream has said of each feature so far: its state and its last value. Only what changes goes on to the markers. */
import { LAST_STATE, NORMAL } from './levels.js';

export class LiveStates {
  /** @param {number} features size of the idx space */
  constructor(features) {
    this.state = new Uint8Array(features);
    this.value = new Float32Array(features).fill(NaN);
  }

  /**
   * What is new of some features; features of another generation and states nobody knows are passed over.
   * @param {ArrayLike<number>} idx
   * @param {ArrayLike<number>} state
   * @param {ArrayLike<number> | null} value
   * @param {(idx: number, state: number) => void} changed
   * @returns {number} how many states have changed
   */
  merge(idx, state, value, changed) {
    if (state.length !== idx.length || (value && value.length !== idx.length)) {
      throw new RangeError(`setLive: ${idx.length} idx but ${state.length} states and ${value?.length ?? 0} values`);
    }
    let count = 0;
    for (let i = 0; i < idx.length; i++) {
      const feature = idx[i];
      const code = state[i];
      if (!(feature < this.state.length) || !(code <= LAST_STATE)) continue;
      if (value) this.value[feature] = value[i];
      if (this.state[feature] === code) continue;
      this.state[feature] = code;
      changed(feature, code);
      count++;
    }
    return count;
  }

  /** Before a snapshot. @param {(idx: number, state: number) => void} changed */
  reset(changed) {
    for (let feature = 0; feature < this.state.length; feature++) if (this.state[feature] !== NORMAL) changed(feature, NORMAL);
    this.state.fill(NORMAL);
    this.value.fill(NaN);
  }
}
