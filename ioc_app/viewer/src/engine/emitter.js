/** @typedef {import('./types').EngineEvents} EngineEvents */

/** Typed events; one failing listener never stops the others nor the frame. */
export class Emitter {
  /** @param {import('./types').EngineOptions['onEvent']} onEvent hears everything */
  constructor(onEvent) {
    this.onEvent = onEvent;
    /** @type {Map<string, Set<(detail: any) => void>>} */
    this.listeners = new Map();
  }

  /**
   * @template {keyof EngineEvents} K
   * @param {K} type
   * @param {(detail: EngineEvents[K]) => void} listener
   */
  on(type, listener) {
    const all = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, all.add(listener));
    return () => void all.delete(listener);
  }

  /**
   * @template {keyof EngineEvents} K
   * @param {K} type
   * @param {EngineEvents[K]} detail
   */
  emit(type, detail) {
    for (const listener of [...(this.listeners.get(type) ?? [])]) attempt(() => listener(detail));
    attempt(() => this.onEvent?.(type, detail));
  }

  clear() {
    this.listeners.clear();
    this.onEvent = undefined;
  }
}

/** @param {() => void} call */
function attempt(call) {
  try {
    call();
  } catch (error) {
    reportError(error);
  }
}
