/** One panel: its words and its chart or list, made once and changed in place. React only tells it what is new. */
import { Chart } from './chart.js';
import { gridScripts } from './drawer.js';
import { forgetHistory } from './history.js';
import { listOf } from './lists.js';
import { debounce, fill, h, s } from '../ui/dom.js';

/** @typedef {Record<string, any>} Content described in ioc_app/screens/shown.py */
/** @typedef {{id: string, content?: Content | null, chosen?: any, asked?: number, size?: any, setProps: (changed: any) => void}} Props */

/** The page's React, as far as it is used. @type {any} */
const React = /** @type {any} */ (window).React;
/** A window that is dragged tells its size when it rests. */
const SETTLES_MS = 150;
/** What a panel was drawn for may be so much off its size before the server is told: labels are cut to fit. */
const TOLD_SHARE = 0.12;
/** Lines of a list, in a square of 20. */
const ROWS = 'M3 5h2M8 5h9M3 10h2M8 10h9M3 15h2M8 15h9';

export class Panel {
  /** @param {HTMLElement} host @param {() => Props} props */
  constructor(host, props) {
    this.host = host;
    this.props = props;
    /** @type {Content | null} */
    this.content = null;
    this.counted = 0;
    /** Which panel of which screen is shown: another has its own size in the same slot. */
    this.listed = '';
    this.title = h('h2', { id: `${host.id}-title` });
    this.sub = h('p', { class: 'sub' });
    this.plot = h('div', { class: 'plot', role: 'img', hidden: true });
    this.list = h('div', { class: 'list', hidden: true });
    this.words = h('div', { class: 'words', role: 'status', hidden: true });
    this.body = h('div', { class: 'body', onclick: this.clicked, onkeydown: this.keyed }, this.plot, this.list, this.words);
    this.foot = h('span');
    this.button = h('button', { type: 'button', class: 'rows-button', onclick: this.ask }, s('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true' }, s('path', { d: ROWS })));
    host.append(h('header', {}, this.title, this.sub), this.body, h('footer', {}, this.foot, this.button));
    this.chart = new Chart(this.plot, (row) => this.choose(row));
    this.resized = debounce(() => this.measure(), SETTLES_MS);
    this.sizes = new ResizeObserver(this.resized);
    this.sizes.observe(this.body);
  }

  /** @param {Content | null | undefined} content */
  show(content) {
    if (content?.digest === this.content?.digest && Boolean(content) === Boolean(this.content)) return;
    if (content && this.content && content.turn < this.content.turn) return; // an answer that another has overtaken
    this.content = content ?? null;
    forgetHistory();
    this.host.hidden = !content;
    if (!content) {
      this.chart.clear();
      fill(this.list);
      return;
    }
    Object.assign(this.host.dataset, { state: content.state, kind: content.kind });
    this.host.style.flexGrow = String(content.height);
    for (const [name, value] of Object.entries({ unit: `${content.unit_px}px`, type: `${content.type_px}px`, own: content.accent, scale: `${content.unit_px}` }))
      this.host.style.setProperty(`--panel-${name}`, value);
    this.title.textContent = this.title.title = content.title;
    this.sub.textContent = content.sub;
    this.foot.textContent = content.foot;
    this.button.title = content.rows_label;
    this.button.setAttribute('aria-label', `${content.rows_label}: ${content.title}`);
    this.plot.setAttribute('aria-label', `${content.title}. ${content.sub}`);
    this.fillBody(content);
    this.resized();
  }

  /** @param {Content} content */
  fillBody({ figure, list, words, picks, loading, digest }) {
    const told = figure && !this.chart.ready ? [loading] : words; // the first chart waits for plotly.js
    this.plot.hidden = !figure;
    this.list.hidden = !list;
    this.words.hidden = !told.length;
    fill(this.words, ...told.map((/** @type {string} */ one) => h('p', {}, one)));
    const [key] = String(digest).split(' ');
    const top = key === this.listed ? this.list.scrollTop : 0; // who reads on in a table, or a wall that turns its pages, goes on
    this.listed = key;
    if (list) fill(this.list, listOf(list, (row) => Boolean(picks[row])));
    else fill(this.list);
    this.list.removeAttribute('data-tight');
    if (list?.kind === 'tiles' && this.list.scrollHeight > this.list.clientHeight) this.list.setAttribute('data-tight', '');
    this.endWithARow();
    this.list.scrollTop = top;
    if (figure) void this.chart.draw(figure).then(() => (this.words.hidden ||= this.content?.figure === figure));
    else this.chart.clear();
  }

  /** No line is cut in the middle: what follows the last that fits is scrolled to, or read in the drawer. */
  endWithARow() {
    const { list } = this;
    list.style.height = '';
    const { bottom } = list.getBoundingClientRect();
    if (!list.querySelector('tbody') || list.scrollHeight <= list.clientHeight) return;
    const zoom = list.getBoundingClientRect().height / list.clientHeight; // of a wall that is scaled
    const last = [...list.querySelectorAll('tbody tr')].map((row) => row.getBoundingClientRect().bottom).findLast((one) => one <= bottom + 0.5);
    if (last) list.style.height = `${list.clientHeight - (bottom - last) / zoom}px`;
  }

  measure() {
    const { clientWidth: width, clientHeight: height } = this.body;
    const screen = this.host.closest('[data-screen]')?.getAttribute('data-screen');
    const isGoing = screen && !this.listed.startsWith(`${screen}/`); // its side is that of another screen already
    if (!width || !height || isGoing) return;
    const { size, setProps } = this.props();
    const [toldWidth, toldHeight] = size?.[this.listed] ?? [];
    const isOff = [width, height].some((one, way) => Math.abs(one - (this.content?.room[way] ?? one)) > TOLD_SHARE * one);
    if (isOff && (toldWidth !== width || toldHeight !== height)) setProps({ size: { ...size, [this.listed]: [width, height] } });
    this.endWithARow();
    this.chart.resize();
  }

  /** @param {number} row */
  choose(row) {
    const pick = this.content?.picks[row];
    if (pick) this.props().setProps({ chosen: { ...pick, n: (this.counted += 1) } });
  }

  clicked = (/** @type {Event} */ event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest('[data-row]');
    if (row) this.choose(Number(row.getAttribute('data-row')));
  };

  keyed = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    if (!(/** @type {HTMLElement} */ (event.target).hasAttribute('data-row'))) return;
    event.preventDefault();
    this.clicked(event);
  };

  ask = async () => {
    this.button.disabled = true;
    try {
      await gridScripts(); // before Dash is told to make a grid
      this.props().setProps({ asked: (this.props().asked ?? 0) + 1 });
    } finally {
      this.button.disabled = false;
    }
  };

  dispose() {
    this.resized.cancel();
    this.sizes.disconnect();
    this.chart.clear();
    this.host.replaceChildren();
  }
}

/** @param {Props} props */
export function ScreenPanel(props) {
  const host = React.useRef(null);
  const panel = React.useRef(null);
  const latest = React.useRef(props);
  latest.current = props;
  React.useEffect(() => {
    panel.current = new Panel(host.current, () => latest.current);
    return () => panel.current.dispose();
  }, []);
  React.useEffect(() => panel.current.show(props.content), [props.content]);
  return React.createElement('section', { id: props.id, ref: host, className: 'screen-panel', 'aria-labelledby': `${props.id}-title`, hidden: !props.content });
}
