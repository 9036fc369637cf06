/** A chart in an element: drawn anew in place, sized to its element, purged when it goes. */
import { h } from '../ui/dom.js';
import { plotly } from './scripts.js';

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, doubleClick: 'reset', showTips: false, showAxisDragHandles: false };

export class Chart {
  /**
   * @param {HTMLElement} host
   * @param {(row: number) => void} choose
   */
  constructor(host, choose) {
    this.host = host;
    this.plot = h('div');
    host.append(this.plot);
    this.choose = choose;
    /** @type {{data: any[], layout: any} | null} */
    this.figure = null;
    this.turn = 0;
    this.drawn = false;
    this.width = this.height = 0;
    /** Drawn so large, and scaled to its element: where nobody can draw it anew for another size. @type {[number, number] | null} */
    this.room = null;
  }

  /** Whether a figure is drawn at once. */
  get ready() {
    return Boolean((/** @type {any} */ (window)).Plotly);
  }

  /** @param {{data: any[], layout: any}} figure */
  async draw(figure) {
    const turn = ++this.turn;
    this.figure = figure;
    const Plotly = await plotly();
    if (turn !== this.turn) return; // another figure came while plotly.js was fetched
    const { clientWidth: width, clientHeight: height } = this.host;
    if (!width || !height) return; // nobody sees it; it is drawn when it gets its size
    Object.assign(this, { width, height });
    const [across, down] = this.room ?? [width, height];
    const scale = Math.min(width / across, height / down);
    Object.assign(this.plot.style, scale === 1 ? {} : { transform: `scale(${scale})`, transformOrigin: '0 0' });
    // what came from the server stays as it is: plotly.js writes into what it is given
    await Plotly.react(this.plot, figure.data, { ...figure.layout, width: width / scale, height: height / scale }, CONFIG);
    if (!this.drawn) this.listen();
    this.drawn = true;
  }

  listen() {
    const element = /** @type {any} */ (this.plot);
    element.on('plotly_click', (/** @type {any} */ said) => this.clicked(said));
    // a part of a tree that is clicked is chosen, it does not become the whole
    for (const one of ['plotly_icicleclick', 'plotly_treemapclick'])
      element.on(one, (/** @type {any} */ said) => {
        this.clicked(said);
        return false;
      });
  }

  /** @param {any} said */
  clicked(said) {
    const row = [said?.points?.[0]?.customdata].flat()[0];
    if (Number.isInteger(row) && row >= 0) this.choose(row);
  }

  resize() {
    const { clientWidth, clientHeight } = this.host;
    if (this.figure && (clientWidth !== this.width || clientHeight !== this.height)) void this.draw(this.figure);
  }

  clear() {
    this.turn += 1;
    this.figure = null;
    if (!this.drawn) return;
    /** @type {any} */ (window).Plotly.purge(this.plot);
    this.drawn = false;
    const next = h('div'); // purge leaves listeners on its element: that goes too
    this.plot.replaceWith(next);
    this.plot = next;
  }
}
