/** Names over the scene: a canvas atlas with the system's CJK fonts, one instanced draw, decluttered by priority. */
import {
  CanvasTexture, DynamicDrawUsage, Float32BufferAttribute, InstancedBufferAttribute, InstancedBufferGeometry, LinearFilter, Mesh, ShaderMaterial, SRGBColorSpace, Vector2, Vector3,
} from 'three';
import { isNews, LEVELS, levelOf } from './levels.js';
import { wallScale } from './wall.js';

/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {{text: string, position: Vec3 | null, priority: number, state?: number}} Label without a position it is not shown; larger priorities win; a state puts its level's sign before the text */
/** @typedef {{x: number, y: number, width: number, height: number}} Cell */

const FONT = '"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif';
const TEXT_PX = 13;
const ATLAS_WIDTH = 2048;
const SHARPNESS = 2;
const LINE_PX = 24 * SHARPNESS;
const MAX_LABELS = 400;
/** The sign of a level before a text. */
const SIGN_PX = 15 * SHARPNESS;
const INKS = { dark: { text: '#f2f7ff', plate: 'rgba(10,18,32,0.72)' }, light: { text: '#142033', plate: 'rgba(255,255,255,0.82)' } };

const VERTEX = `
attribute vec3 labelAt;
attribute vec4 labelCell;
attribute vec2 labelSize;
attribute float labelShown;
uniform vec2 uViewport;
uniform float uRaise;
varying vec2 vUv;
void main() {
  vec4 at = projectionMatrix * viewMatrix * vec4(labelAt, 1.0);
  vUv = labelCell.xy + (position.xy * 0.5 + 0.5) * labelCell.zw;
  vec2 px = position.xy * labelSize * 0.5 + vec2(0.0, labelSize.y * 0.5 + uRaise);
  at.xy += px / uViewport * at.w;
  gl_Position = labelShown > 0.5 ? at : vec4(2.0, 2.0, 2.0, 1.0);
}`;
const FRAGMENT = `
uniform sampler2D uAtlas;
varying vec2 vUv;
void main() {
  vec4 texel = texture2D(uAtlas, vUv);
  if (texel.a < 0.02) discard;
  gl_FragColor = texel;
  #include <colorspace_fragment>
}`;

/**
 * Rows of fixed height, filled from the left.
 * @param {number[]} widths
 * @param {number} across
 * @param {number} height
 * @returns {{cells: Cell[], rows: number}}
 */
export function packRows(widths, across, height) {
  let x = 0;
  let row = 0;
  const cells = widths.map((wanted) => {
    const width = Math.min(wanted, across);
    if (x + width > across) {
      x = 0;
      row += 1;
    }
    const cell = { x, y: row * height, width, height };
    x += width;
    return cell;
  });
  return { cells, rows: row + 1 };
}

/** Corners of each shape around the middle, x to the right and y down, within ±1. @type {Record<string, [number, number][]>} */
const CORNERS = {
  square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
  diamond: [[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]],
  triangle: [[0, -1], [1.1, 0.9], [-1.1, 0.9]],
  hexagon: [[-1.05, 0], [-0.55, -0.95], [0.55, -0.95], [1.05, 0], [0.55, 0.95], [-0.55, 0.95]],
};

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {number} state of a level
 * @param {number} x the middle
 * @param {number} y
 */
function drawSign(ink, state, x, y) {
  const { shape, colour } = LEVELS[levelOf(state) - 1];
  const radius = SIGN_PX * 0.42;
  ink.beginPath();
  for (const [right, down] of CORNERS[shape]) ink.lineTo(x + right * radius, y + down * radius);
  ink.closePath();
  ink.fillStyle = colour;
  ink.globalAlpha = isNews(state) ? 1 : 0.6;
  ink.fill();
  ink.globalAlpha = 1;
}

/**
 * Which rectangles stay when earlier ones win.
 * @param {(Cell | null)[]} boxes null: not on screen
 * @param {readonly Cell[]} [taken] where nothing may lie
 * @param {number} [limit] how many stay at most
 * @returns {boolean[]}
 */
export function declutter(boxes, taken = [], limit = Infinity) {
  const kept = [...taken];
  return boxes.map((box) => {
    if (!box || kept.length - taken.length >= limit) return false;
    const free = kept.every((other) => box.x + box.width < other.x || other.x + other.width < box.x || box.y + box.height < other.y || other.y + other.height < box.y);
    if (free) kept.push(box);
    return free;
  });
}

export class LabelLayer {
  /** @param {{raise?: number, limit?: number}} [options] raise: px above the point; limit: of those shown at once */
  constructor({ raise = 8, limit = Infinity } = {}) {
    this.raise = raise;
    this.limit = limit;
    /** Where each name would lie, CSS px; null: not on screen. @type {(Cell | null)[]} */
    this.boxes = [];
    this.scale = 1;
    /** @type {Label[]} */
    this.labels = [];
    /** @type {Cell[]} */
    this.cells = [];
    /** @type {'dark' | 'light'} */
    this.theme = 'dark';
    this.canvas = document.createElement('canvas');
    this.texture = new CanvasTexture(this.canvas);
    Object.assign(this.texture, { colorSpace: SRGBColorSpace, minFilter: LinearFilter, magFilter: LinearFilter, generateMipmaps: false, premultiplyAlpha: false });
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, -1, 0, 1, 1, 0, -1, 1, 0], 3));
    const attribute = (/** @type {string} */ name, /** @type {number} */ size) => {
      const one = new InstancedBufferAttribute(new Float32Array(MAX_LABELS * size), size).setUsage(DynamicDrawUsage);
      geometry.setAttribute(name, one);
      return one;
    };
    this.at = attribute('labelAt', 3);
    this.cell = attribute('labelCell', 4);
    this.size = attribute('labelSize', 2);
    this.shown = attribute('labelShown', 1);
    this.material = new ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthTest: false,
      depthWrite: false,
      uniforms: { uAtlas: { value: this.texture }, uViewport: { value: new Vector2(1, 1) }, uRaise: { value: raise } },
    });
    this.mesh = new Mesh(geometry, this.material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 60;
    this.mesh.visible = false;
    this.wanted = true;
  }

  /** @param {Label[]} labels */
  set(labels) {
    this.labels = [...labels].sort((a, b) => b.priority - a.priority).slice(0, MAX_LABELS);
    this.draw();
  }

  /** The same texts, elsewhere. @param {Label[]} labels in the order they are drawn in */
  move(labels) {
    this.labels = labels;
    labels.forEach(({ position }, i) => position && this.at.setXYZ(i, ...position));
    this.at.needsUpdate = true;
  }

  /** @param {'dark' | 'light'} theme */
  setTheme(theme) {
    this.theme = theme;
    this.draw();
  }

  draw() {
    const { canvas, labels } = this;
    /** @type {import('three').InstancedBufferGeometry} */ (this.mesh.geometry).instanceCount = labels.length;
    this.mesh.visible = this.wanted && labels.length > 0;
    if (labels.length === 0) return;
    const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const font = `500 ${TEXT_PX * SHARPNESS}px ${FONT}`;
    ink.font = font;
    const pad = 9 * SHARPNESS;
    const before = labels.map(({ state = 0 }) => (levelOf(state) > 0 ? SIGN_PX + 4 * SHARPNESS : 0));
    const widths = labels.map((label, i) => Math.ceil(ink.measureText(label.text).width) + 2 * pad + before[i]);
    const { cells, rows } = packRows(widths, ATLAS_WIDTH, LINE_PX);
    this.cells = cells;
    canvas.width = ATLAS_WIDTH;
    canvas.height = rows * LINE_PX;
    ink.font = font;
    ink.textBaseline = 'middle';
    const { text, plate } = INKS[this.theme];
    labels.forEach((label, i) => {
      const { x, y, width, height } = cells[i];
      ink.fillStyle = plate;
      ink.beginPath();
      ink.roundRect(x + 2, y + 3, width - 4, height - 6, 6 * SHARPNESS);
      ink.fill();
      if (before[i]) drawSign(ink, label.state ?? 0, x + pad + SIGN_PX / 2, y + height / 2);
      ink.fillStyle = text;
      ink.fillText(label.text, x + pad + before[i], y + height / 2 + SHARPNESS, width - 2 * pad - before[i]);
    });
    this.fill();
    this.texture.dispose(); // the canvas has a new size
    this.texture.needsUpdate = true;
  }

  fill() {
    const { height } = this.canvas;
    this.cells.forEach(({ x, y, width, height: tall }, i) => {
      const { position } = this.labels[i];
      if (position) this.at.setXYZ(i, ...position);
      this.cell.setXYZW(i, x / ATLAS_WIDTH, 1 - (y + tall) / height, width / ATLAS_WIDTH, tall / height);
      this.size.setXY(i, width / SHARPNESS, tall / SHARPNESS);
    });
    this.at.needsUpdate = this.cell.needsUpdate = this.size.needsUpdate = true;
  }

  /**
   * Decide which names fit, when the camera has moved.
   * @param {(point: Vector3) => {x: number, y: number} | null} project
   * @param {readonly Cell[]} [taken] where nothing may lie
   * @returns {Cell[]} what is taken then
   */
  arrange(project, taken = []) {
    if (!this.mesh.visible) return [...taken];
    const point = new Vector3();
    this.boxes = this.labels.map((label, i) => {
      const at = label.position && project(point.set(...label.position));
      if (!at) return null;
      const width = (this.cells[i].width / SHARPNESS) * this.scale;
      const height = (this.cells[i].height / SHARPNESS) * this.scale;
      return { x: at.x - width / 2, y: at.y - height - this.raise * this.scale, width, height };
    });
    declutter(this.boxes, taken, this.limit).forEach((shown, i) => this.shown.setX(i, shown ? 1 : 0));
    this.shown.needsUpdate = true;
    return [...taken, .../** @type {Cell[]} */ (this.boxes.filter((_, i) => this.shown.getX(i) > 0.5))];
  }

  /**
   * @param {number} x CSS px
   * @param {number} y
   * @returns {Label | null} whose name is drawn there
   */
  hit(x, y) {
    const inside = (/** @type {Cell | null} */ box) => box !== null && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    return this.mesh.visible ? this.labels[this.boxes.findIndex((box, i) => this.shown.getX(i) > 0.5 && inside(box))] ?? null : null;
  }

  /** @param {boolean} visible */
  setVisible(visible) {
    this.wanted = visible;
    this.mesh.visible = visible && this.labels.length > 0;
  }

  /**
   * @param {number} width CSS px
   * @param {number} height
   */
  resize(width, height) {
    this.scale = wallScale(width, height);
    this.material.uniforms.uViewport.value.set(width / 2 / this.scale, height / 2 / this.scale);
  }

  dispose() {
    this.texture.dispose();
    this.mesh.geometry.dispose();
    this.material.dispose();
  }
}
