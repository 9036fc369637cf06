/**
 * Findings over the model: their marks, and the evidence of the one that is open. A canvas of its own above that of the engine, so
 * that the ground and walls hide none of it; drawn with every frame, each mark the same small picture.
 */
import { markAt, partsOf, seenLine } from './evidence.js';
import { SEVERITIES } from './shapes.js';
import { SIGNS, stamp } from './signs.js';

/** @typedef {import('./shapes.js').Marks} Marks */
/** @typedef {import('./shapes.js').Finding} Finding */
/** @typedef {import('./evidence.js').OnScreen} OnScreen */

const SIZE_PX = 22;
const SMALL_PX = 15;
/** From so many on they are drawn smaller. */
const CROWD = 600;
const POINT_PX = 9;

export class Overlay {
  /** @param {import('../engine/types').Engine} engine @param {(finding: number) => void} picked */
  constructor(engine, picked) {
    this.engine = engine;
    /** @type {Marks | null} */
    this.marks = null;
    /** @type {Finding | null} */
    this.open = null;
    this.parts = partsOf(null);
    /** @type {(OnScreen | null)[]} */
    this.placed = [];
    /** @type {Map<string, HTMLCanvasElement>} */
    this.stamps = new Map();
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'finding-marks';
    this.canvas.setAttribute('aria-hidden', 'true'); // the list says the same
    engine.canvas.after(this.canvas);
    this.stop = engine.on('frame', () => this.draw());
    engine.claimClicks((x, y) => {
      const n = this.under(x, y);
      if (n >= 0 && this.marks) picked(this.marks.finding[n]);
      return n >= 0;
    });
    this.host = this.canvas.parentElement; // the engine may change its canvas for another
    this.hovered = (/** @type {PointerEvent} */ event) => {
      const over = event.target === engine.canvas && event.buttons === 0 && this.under(event.offsetX, event.offsetY) >= 0;
      this.host?.classList.toggle('is-over-finding', over);
    };
    this.host?.addEventListener('pointermove', this.hovered);
  }

  /** The mark there, CSS pixels. @param {number} x @param {number} y */
  under(x, y) {
    return markAt(this.placed, x, y, this.size / 2 + 2);
  }

  get size() {
    return (this.marks?.finding.length ?? 0) > CROWD ? SMALL_PX : SIZE_PX;
  }

  /** @param {Marks | null} marks */
  show(marks) {
    this.marks = marks;
    this.engine.invalidate();
  }

  /** @param {Finding | null} finding */
  point(finding) {
    this.open = finding;
    this.parts = partsOf(finding?.shape ?? null);
    this.engine.invalidate();
  }

  dispose() {
    this.stop();
    this.engine.claimClicks(null);
    this.host?.removeEventListener('pointermove', this.hovered);
    this.host?.classList.remove('is-over-finding');
    this.canvas.remove();
  }

  draw() {
    const { canvas, engine } = this;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [engine.canvas.clientWidth, engine.canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const pen = canvas.getContext('2d');
    if (!pen) return;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    if (this.open) this.drawEvidence(pen, SIGNS[this.open.severity].colour);
    this.drawMarks(pen, ratio);
  }

  /** The worst stand first: they are drawn last. @param {CanvasRenderingContext2D} pen @param {number} ratio */
  drawMarks(pen, ratio) {
    const { marks, engine, open, size } = this;
    this.placed = marks?.position.map((one) => engine.project(one)) ?? [];
    pen.globalAlpha = open ? 0.55 : 1; // the evidence is what is looked at now
    for (let n = this.placed.length - 1; n >= 0; n--) this.drawMark(pen, n, size, ratio);
    pen.globalAlpha = 1;
    const at = open && marks ? marks.finding.indexOf(open.finding) : -1;
    if (at >= 0) this.drawMark(pen, at, SIZE_PX * 1.4, ratio);
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} n @param {number} size @param {number} ratio */
  drawMark(pen, n, size, ratio) {
    const at = this.placed[n];
    if (!at || !this.marks) return;
    pen.drawImage(this.stampOf(SEVERITIES[this.marks.severity[n]], size, ratio), at.x - size / 2, at.y - size / 2, size, size);
  }

  /** @param {import('./shapes.js').Severity} severity @param {number} size @param {number} ratio */
  stampOf(severity, size, ratio) {
    const key = `${severity} ${size} ${ratio}`;
    const known = this.stamps.get(key) ?? stamp(severity, size, ratio);
    this.stamps.set(key, known);
    return known;
  }

  /** @param {CanvasRenderingContext2D} pen @param {string} colour */
  drawEvidence(pen, colour) {
    const project = (/** @type {import('./shapes.js').Vec3} */ position) => this.engine.project(position);
    const path = new Path2D();
    const inside = new Path2D();
    for (const line of this.parts.lines) for (const run of seenLine(line, project)) trace(path, run);
    for (const rings of this.parts.areas) {
      for (const ring of rings) {
        for (const run of seenLine(ring, project)) {
          trace(path, run);
          trace(inside, run);
        }
      }
    }
    for (const point of this.parts.points) {
      const at = project(point);
      if (at) path.addPath(circle(at));
    }
    pen.globalAlpha = 0.25;
    pen.fillStyle = colour;
    pen.fill(inside, 'evenodd');
    pen.globalAlpha = 1;
    for (const [wide, ink] of /** @type {const} */ ([[7, '#fff'], [4, colour]])) {
      Object.assign(pen, { lineWidth: wide, strokeStyle: ink, lineJoin: 'round', lineCap: 'round' });
      pen.stroke(path);
    }
  }
}

/** @param {Path2D} path @param {OnScreen[]} run */
function trace(path, run) {
  run.forEach(({ x, y }, n) => (n ? path.lineTo(x, y) : path.moveTo(x, y)));
}

/** @param {OnScreen} at */
function circle({ x, y }) {
  const path = new Path2D();
  path.arc(x, y, POINT_PX + SIZE_PX / 2, 0, 2 * Math.PI);
  return path;
}
