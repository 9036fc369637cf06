/**
 * The time bar: now, or any moment of the past. A slider over a stretch of it, with how much happened and the incidents in it;
 * play, step, jump, type. It reads `at`, `then`, `language` and `incidents` of the store and writes `at`, nothing else.
 */
import { h, s } from '../ui/dom.js';
import { levelSign } from '../ui/level_sign.js';
import { localMinute, momentOf } from '../desk/local_time.js';
import { plainText } from '../engine/text.js';
import { stateOf } from '../engine/levels.js';
import { RATES } from './player.js';
import { heights, momentAt, nextOf, shareOf, SPANS, stepOf, stretchOf } from './scale.js';
import { exactly, roughly } from './words.js';

/** @typedef {import('./scale.js').Span} Span */
/** @typedef {import('./scale.js').Stretch} Stretch */
/** @typedef {{incident_id: string, title: import('../engine/types').Title, level: string, opened_at: string, closed_at: string | null}} Tick */
/** What `GET /moments` answers. @typedef {{from: string, step_s: number, events: number[], alarms: number[], incidents: Tick[], first_at: string | null, last_at: string | null, timezone: string}} Moments */
/** @typedef {{store: import('../ui/store.js').Store, api: import('../ui/api.js').Api, tr: import('../ui/i18n.js').Translator, player: import('./player.js').Player, now: () => number, kept: {span: Span}}} About `kept` outlives a change of language */

const ASK_MS = 60_000;
/** Now is shown as now, and moves on. */
const CLOCK_MS = 1000;
/** Nearer than this two ticks are one, the graver, share of the bar. */
const TOGETHER = 0.008;
/** Dragged to the end it is now again. */
const END = 0.997;
const PATHS = {
  play: 'M6 4l10 6-10 6z', pause: 'M6 4h3v12H6zM11 4h3v12h-3z',
  before: 'M13 4 7 10l6 6z', after: 'M7 4l6 6-6 6z', incidentBefore: 'M5 4h2v12H5zM16 4l-8 6 8 6z', incidentAfter: 'M13 4h2v12h-2zM4 4l8 6-8 6z',
};

export class TimeBar {
  /** @param {HTMLElement} host @param {About} about */
  constructor(host, { store, api, tr, player, now, kept }) {
    this.store = store;
    this.api = api;
    this.tr = tr;
    this.player = player;
    this.now = now;
    this.kept = kept;
    /** @type {Moments | null} */
    this.moments = null;
    /** @type {Stretch | null} */
    this.stretch = null;
    this.asked = '';
    this.askedAt = -Infinity;
    this.dragging = false;
    this.drawn = '';
    const button = (/** @type {keyof typeof PATHS} */ name, /** @type {() => void} */ onclick) => h('button', { type: 'button', class: 'time-button', title: tr.text(`time.${name}`), 'aria-label': tr.text(`time.${name}`), onclick }, sign(name));
    this.nowButton = h('button', { type: 'button', class: 'time-now', title: tr.text('time.nowHint'), onclick: () => this.go(null) }, tr.text('time.now'));
    this.playButton = button('play', () => this.play());
    this.rate = h('select', { class: 'time-rate', 'aria-label': tr.text('time.rate'), onchange: () => (this.player.rate = Number(this.rate.value)) }, ...RATES.map((one) => h('option', { value: one, selected: one === this.player.rate }, `${one}×`)));
    this.span = h('select', { class: 'time-span', 'aria-label': tr.text('time.span'), onchange: () => this.choose(/** @type {Span} */ (this.span.value)) }, ...Object.keys(SPANS).map((one) => h('option', { value: one, selected: one === this.kept.span }, tr.text(`time.span.${one}`))));
    this.typed = h('input', { type: 'datetime-local', step: 1, class: 'time-typed', 'aria-label': tr.text('time.typed', { zone: tr.zone ?? '' }), title: tr.text('time.typed', { zone: tr.zone ?? '' }), onchange: () => this.take(this.typed.value) });
    this.said = h('output', { class: 'time-said' });
    this.spoken = h('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
    this.density = s('svg', { class: 'time-density', viewBox: '0 0 1000 100', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.ticks = h('div', { class: 'time-ticks' });
    this.thumb = h('div', { class: 'time-thumb', 'aria-hidden': 'true' });
    this.track = h('div', { class: 'time-track', role: 'slider', tabindex: 0, 'aria-label': tr.text('time.track'), 'aria-describedby': 'time-keys', onpointerdown: (/** @type {PointerEvent} */ event) => this.drag(event) }, this.density, this.thumb);
    // beside the slider, not in it: what is in a slider nobody is told of
    this.rail = h('div', { class: 'time-rail' }, this.track, this.ticks);
    this.ends = [h('span', { class: 'time-end' }), h('span', { class: 'time-end' })];
    this.element = h(
      'div',
      { class: 'time-bar', role: 'group', 'aria-label': tr.text('time.bar'), onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event) },
      h('div', { class: 'time-row time-controls' }, this.nowButton, this.said, h('div', { class: 'time-steps' }, button('incidentBefore', () => this.jump(-1)), button('before', () => this.step(-1)), this.playButton, button('after', () => this.step(1)), button('incidentAfter', () => this.jump(1))), this.rate, this.typed),
      h('div', { class: 'time-row' }, this.ends[0], this.rail, this.ends[1], this.span),
      this.spoken,
      h('p', { class: 'unseen', id: 'time-keys' }, tr.text('time.keys')),
    );
    host.append(this.element);
    this.timer = setInterval(() => this.tick(), CLOCK_MS);
    this.unwatch = store.watch(['at', 'then'], () => this.show());
    void this.ask();
  }

  // --- what is shown -----------------------------------------------------------------------------------------

  tick() {
    if (this.store.state.at === null && !this.dragging) this.show();
    if (performance.now() - this.askedAt > ASK_MS) void this.ask();
  }

  show() {
    const { tr, store, track } = this;
    const { at, then } = store.state;
    const now = this.now();
    const first = this.moments?.first_at ? Date.parse(this.moments.first_at) : null;
    if (!this.dragging) this.stretch = stretchOf(this.kept.span, { now, first, at, before: this.stretch });
    const stretch = /** @type {Stretch} */ (this.stretch);
    const shown = at ?? now;
    this.element.dataset.past = String(at !== null);
    track.setAttribute('aria-busy', String(at !== null && then?.at !== at));
    track.setAttribute('aria-valuemin', String(Math.round(stretch.from / 1000)));
    track.setAttribute('aria-valuemax', String(Math.round(stretch.to / 1000)));
    track.setAttribute('aria-valuenow', String(Math.round(shown / 1000)));
    track.setAttribute('aria-valuetext', at === null ? tr.text('time.now') : exactly(tr, at));
    this.nowButton.setAttribute('aria-pressed', String(at === null));
    this.said.textContent = this.said.title = exactly(tr, shown);
    this.thumb.style.left = `${shareOf(shown, stretch) * 100}%`;
    this.ends.forEach((one, n) => (one.textContent = n && stretch.to >= now - CLOCK_MS * 2 ? tr.text('time.now') : roughly(tr, n ? stretch.to : stretch.from, stretch.to - stretch.from)));
    if (document.activeElement !== this.typed) this.typed.value = localSecond(tr.zone, shown);
    this.showPlaying();
    this.drawTicks();
    if (key(stretch) !== this.asked) void this.ask();
  }

  showPlaying() {
    const name = this.player.playing ? 'pause' : 'play';
    if (this.playButton.dataset.does === name) return;
    this.playButton.dataset.does = name;
    this.playButton.title = this.tr.text(`time.${name}`);
    this.playButton.setAttribute('aria-label', this.tr.text(`time.${name}`));
    this.playButton.replaceChildren(sign(name));
  }

  async ask() {
    const { api } = this;
    this.askedAt = performance.now();
    const stretch = this.stretch ?? stretchOf(this.kept.span, { now: this.now(), first: null, at: this.store.state.at });
    this.asked = key(stretch);
    try {
      const said = new URLSearchParams({ from: new Date(stretch.from).toISOString(), to: new Date(stretch.to).toISOString() });
      const moments = /** @type {Moments} */ (await api.get(`/moments?${said}`));
      if (!this.element.isConnected || this.asked !== key(stretch)) return; // another stretch is shown by now
      this.moments = moments;
      this.drawDensity();
      this.drawn = '';
      this.show();
    } catch (fault) {
      if (!(/** @type {any} */ (fault)?.text)) console.error(fault); // a lost server is said elsewhere; the bar works without
    }
  }

  drawDensity() {
    const { moments } = this;
    if (!moments) return;
    const [begin, step] = [Date.parse(moments.from), moments.step_s * 1000];
    const stretch = /** @type {Stretch} */ (this.stretch);
    const bars = (/** @type {readonly number[]} */ counts, /** @type {string} */ name) =>
      heights(counts).flatMap((height, n) => {
        const [x0, x1] = [begin + n * step, begin + (n + 1) * step].map((at) => shareOf(at, stretch) * 1000);
        return height && x1 > x0 ? [s('rect', { class: name, x: x0, width: Math.max(1, x1 - x0 - 0.6), y: 100 - height * 100, height: height * 100 })] : [];
      });
    this.density.replaceChildren(...bars(moments.events, 'time-events'), ...bars(moments.alarms, 'time-alarms'));
  }

  drawTicks() {
    const { moments, tr } = this;
    const stretch = /** @type {Stretch} */ (this.stretch);
    const drawn = moments ? key(stretch) : '';
    if (!moments || drawn === this.drawn) return;
    this.drawn = drawn;
    /** @type {{share: number, tick: Tick}[]} */
    const kept = [];
    const within = moments.incidents.filter(({ opened_at }) => Date.parse(opened_at) >= stretch.from && Date.parse(opened_at) <= stretch.to);
    for (const tick of within.sort((one, other) => stateOf(other.level) - stateOf(one.level))) {
      const share = shareOf(Date.parse(tick.opened_at), stretch);
      if (kept.every((one) => Math.abs(one.share - share) > TOGETHER)) kept.push({ share, tick });
    }
    const made = kept.map(({ share, tick }) => {
      const words = `${exactly(tr, Date.parse(tick.opened_at))} ${plainText(tr.title(tick.title), 80)}`;
      return h('button', { type: 'button', tabindex: -1, class: 'time-tick', title: words, 'aria-label': words, style: { left: `${share * 100}%` }, onclick: () => this.go(Date.parse(tick.opened_at), words) }, levelSign(tick.level));
    });
    this.ticks.replaceChildren(...made);
    if (moments) this.drawDensity();
  }

  // --- what is done ------------------------------------------------------------------------------------------

  /** @param {number | null} at @param {string} [words] what is there */
  go(at, words) {
    if (at === null || at >= this.now()) {
      this.player.pause();
      this.store.set({ at: null });
    } else this.store.set({ at });
    this.speak(words);
  }

  /** @param {string} [words] */
  speak(words) {
    const { at } = this.store.state;
    this.spoken.textContent = at === null ? this.tr.text('time.isNow') : this.tr.text('time.isPast', { at: words ?? exactly(this.tr, at) });
  }

  play() {
    const { at } = this.store.state;
    if (at === null) this.store.set({ at: this.now() - 60 * 60_000 }); // from now nothing can be played: the last hour
    this.player.toggle();
    this.showPlaying();
    this.spoken.textContent = this.tr.text(this.player.playing ? 'time.plays' : 'time.stands', { rate: this.player.rate });
  }

  /** To the next incident that was opened or closed, or the last one. @param {1 | -1} direction */
  jump(direction) {
    const marks = (this.moments?.incidents ?? []).flatMap((one) => [one.opened_at, one.closed_at].flatMap((at) => (at ? [{ at: Date.parse(at), one }] : [])));
    const next = nextOf(marks, this.store.state.at ?? this.now(), direction);
    if (next) this.go(next.at, `${exactly(this.tr, next.at)} ${plainText(this.tr.title(next.one.title), 80)}`);
    else if (direction > 0 && this.store.state.at !== null) this.go(null);
    else this.spoken.textContent = this.tr.text('time.nothing');
  }

  /** To the end of the next stretch in which something was told, so that it is seen. @param {1 | -1} direction */
  step(direction) {
    const { moments } = this;
    if (!moments) return;
    const [begin, step] = [Date.parse(moments.from), moments.step_s * 1000];
    const marks = moments.events.flatMap((count, n) => (count + moments.alarms[n] ? [{ at: begin + (n + 1) * step }] : []));
    const next = nextOf(marks, this.store.state.at ?? this.now(), direction);
    if (next) this.go(next.at);
    else if (direction > 0) this.go(null);
    else this.spoken.textContent = this.tr.text('time.nothing');
  }

  /** @param {string} local */
  take(local) {
    const at = momentOf(this.tr.zone, local.slice(0, 16)) + Number(local.slice(17, 19) || 0) * 1000;
    if (Number.isFinite(at)) this.go(at);
  }

  /** @param {Span} span */
  choose(span) {
    this.kept.span = span;
    this.stretch = null;
    this.show();
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    const { track } = this;
    track.focus();
    track.setPointerCapture(event.pointerId);
    this.dragging = true;
    const move = (/** @type {PointerEvent} */ one) => {
      const box = track.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (one.clientX - box.left) / box.width));
      const stretch = /** @type {Stretch} */ (this.stretch);
      const at = momentAt(share, stretch);
      this.store.set({ at: share >= END && stretch.to >= this.now() - 5000 ? null : Math.min(at, this.now() - 1000) });
    };
    const end = () => {
      this.dragging = false;
      track.removeEventListener('pointermove', move);
      this.speak();
      this.show();
    };
    track.addEventListener('pointermove', move);
    track.addEventListener('lostpointercapture', end, { once: true });
    move(event);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const typing = /^(INPUT|SELECT)$/.test(/** @type {Element} */ (event.target).tagName);
    const shifted = event.shiftKey && event.key.length > 1; // signs may need it, arrows with it are the map's
    if (typing || shifted || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOf(/** @type {Stretch} */ (this.stretch));
    const by = (/** @type {number} */ ms) => this.go((this.store.state.at ?? this.now()) + ms);
    /** @type {Record<string, () => void>} */
    const does = {
      Home: () => this.go(null), ArrowLeft: () => by(-step), ArrowRight: () => by(step), ArrowDown: () => by(-step), ArrowUp: () => by(step),
      PageDown: () => by(-10 * step), PageUp: () => by(10 * step), ',': () => this.step(-1), '.': () => this.step(1), '[': () => this.jump(-1), ']': () => this.jump(1),
      ...(event.target === this.track ? { ' ': () => this.play() } : {}),
    };
    if (!does[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    does[event.key]();
  }

  dispose() {
    clearInterval(this.timer);
    this.unwatch();
    this.element.remove();
  }
}

/** To which question an answer belongs: now moves on, a minute is near enough. @param {Stretch} stretch */
const key = ({ from, to }) => `${Math.floor(from / ASK_MS)} ${Math.floor(to / ASK_MS)}`;

/** @param {string | undefined} zone @param {number} at ms */
const localSecond = (zone, at) => `${localMinute(zone, at)}:${String(new Date(at).getUTCSeconds()).padStart(2, '0')}`;

/** @param {string} name */
const sign = (name) => s('svg', { class: 'icon time-sign', viewBox: '0 0 20 20', 'aria-hidden': 'true', focusable: 'false' }, s('path', { d: /** @type {Record<string, string>} */ (PATHS)[name] }));
