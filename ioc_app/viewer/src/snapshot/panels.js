/** The panels beside the campus as they were drawn: no server draws them anew, so they are of the style that was shown then. */
import { newestBy } from './answers.js';
import { Panel } from '../panels/panel.js';

/** @typedef {import('../screen/index.js').Shown} Shown */
/** @typedef {import('./record.js').Kept} Kept */

/** In which slot stands what, by screen: as `ioc_app/screens/layout.py` places them. @typedef {Record<string, Record<string, string>>} Slots */

export class KeptPanels {
  /**
   * @param {Kept} record
   * @param {Slots} slots
   * @param {(chosen: any) => void} choose what a click on a row chose
   */
  constructor(record, slots, choose) {
    this.record = record;
    this.slots = slots;
    this.choose = choose;
    /** @type {Map<string, {panel: Panel, element: HTMLElement}>} */
    this.shown = new Map();
    this.turn = 0;
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('section.screen-panel'))) {
      this.shown.set(element.id, { element, panel: new Panel(element, () => ({ id: element.id, setProps: ({ chosen }) => chosen && this.choose(chosen) })) });
    }
  }

  /** @param {Shown} state */
  show({ mode, screen, at, language }) {
    if (mode !== 'screen') return;
    const placed = this.slots[screen ?? ''] ?? {};
    this.turn += 1;
    for (const [slot, { panel, element }] of this.shown) {
      const kept = this.record.panels[`${screen}/${placed[slot]}`];
      const content = kept && newestBy(kept, at === null ? this.record.about.to : Date.parse(at), ([when]) => when)?.[1][language];
      element.hidden = !content;
      panel.chart.room = content?.room ?? null;
      panel.show(content ? { ...content, turn: this.turn } : null);
    }
  }
}
