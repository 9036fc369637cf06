/** Drag and wheel on an SVG by its viewBox; double click shows all again. */

const NEAREST = 0.05;
const FARTHEST = 3;

export class PanZoom {
  /** @param {SVGSVGElement} svg */
  constructor(svg) {
    this.svg = svg;
    this.whole = this.#box();
    /** @type {{x: number, y: number} | null} */
    this.grip = null;
    svg.addEventListener('wheel', (event) => this.#zoom(event), { passive: false });
    svg.addEventListener('pointerdown', (event) => {
      this.grip = this.#point(event);
    });
    svg.addEventListener('pointermove', (event) => this.#drag(event));
    svg.addEventListener('dblclick', () => this.#set(this.whole));
  }

  #box() {
    const { x, y, width, height } = this.svg.viewBox.baseVal;
    return [x, y, width, height];
  }

  /** @param {number[]} box */
  #set(box) {
    this.svg.setAttribute('viewBox', box.join(' '));
  }

  /** Drawing units under the pointer. @param {MouseEvent} event */
  #point(event) {
    const matrix = this.svg.getScreenCTM();
    return matrix ? new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()) : { x: 0, y: 0 };
  }

  /** @param {WheelEvent} event */
  #zoom(event) {
    event.preventDefault();
    const [x, y, width, height] = this.#box();
    const wanted = (width * Math.exp(event.deltaY * 0.0015)) / this.whole[2];
    const factor = (Math.min(FARTHEST, Math.max(NEAREST, wanted)) * this.whole[2]) / width;
    const at = this.#point(event);
    this.#set([at.x - (at.x - x) * factor, at.y - (at.y - y) * factor, width * factor, height * factor]);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (!this.grip || event.buttons !== 1) return;
    const at = this.#point(event);
    const [x, y, width, height] = this.#box();
    this.#set([x - (at.x - this.grip.x), y - (at.y - this.grip.y), width, height]);
  }
}
