/** Camera, controls, flights, keyboard. Scene axes are z-up; the camera may go below the ground. */
import { MathUtils, OrthographicCamera, PerspectiveCamera, Vector3 } from 'three';
import { MapControls } from 'three/addons/controls/MapControls.js';

/** @typedef {import('./types').View} View */
/** @typedef {import('./types').Vec3} Vec3 */
/** @typedef {import('./types').Bbox} Bbox */
/** @typedef {import('./types').ViewRequest} ViewRequest */

const FIELD_OF_VIEW_DEG = 42;
const FLIGHT_MS = 900;
/** Where home looks from: south-west of the campus, 35° above the horizon. */
const HOME_DIRECTION = new Vector3(-0.42, -0.72, 0.56).normalize();

/** @param {number} t */
const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2);
/** @param {Vector3} v @returns {Vec3} */
const toArray = (v) => [v.x, v.y, v.z];
/** @param {Bbox} box */
const centreOf = (box) => new Vector3((box[0] + box[3]) / 2, (box[1] + box[4]) / 2, (box[2] + box[5]) / 2);
/** @param {Bbox} box */
const radiusOf = (box) => Math.max(0.5, Math.hypot(box[3] - box[0], box[4] - box[1], box[5] - box[2]) / 2);

export class CameraRig {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} onMove
   */
  constructor(canvas, onMove) {
    this.perspective = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1, 1, 10_000);
    this.orthographic = new OrthographicCamera(-1, 1, 1, -1, 1, 10_000);
    for (const camera of [this.perspective, this.orthographic]) camera.up.set(0, 0, 1);
    /** @type {Bbox} */
    this.bbox = [-100, -100, 0, 100, 100, 50];
    /** @type {Bbox} */
    this.homeBox = this.bbox;
    this.onMove = onMove;
    this.flat = false;
    this.radius = radiusOf(this.bbox);
    this.centre = centreOf(this.bbox);
    this.width = this.height = 1;
    /** @type {{from: View, to: View, start: number} | null} */
    this.flight = null;
    /** @type {View | null} */
    this.beforePlan = null;
    this.perspective.position.copy(HOME_DIRECTION).multiplyScalar(300);
    this.controls = new MapControls(this.perspective, canvas);
    Object.assign(this.controls, {
      enableDamping: true,
      dampingFactor: 0.12,
      zoomToCursor: true,
      minDistance: 0.5,
      maxPolarAngle: Math.PI * 0.995,
      minPolarAngle: 0.001,
      rotateSpeed: 0.8,
    });
    this.controls.addEventListener('change', () => onMove());
    this.controls.addEventListener('start', () => (this.flight = null));
  }

  /** @param {HTMLCanvasElement} canvas that took the place of the one before */
  listenTo(canvas) {
    this.controls.disconnect();
    this.controls.connect(canvas);
  }

  get camera() {
    return this.flat ? this.orthographic : this.perspective;
  }

  /**
   * @param {Bbox} bbox of everything
   * @param {Bbox} [home] what home shows
   */
  setBounds(bbox, home = bbox) {
    this.bbox = bbox;
    this.homeBox = home;
    this.radius = radiusOf(bbox);
    this.centre = centreOf(bbox);
    this.controls.maxDistance = this.radius * 8;
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    this.width = width;
    this.height = height;
    this.perspective.aspect = width / height;
    const half = (this.orthographic.top - this.orthographic.bottom) / 2;
    this.spanPlan(half);
    this.perspective.updateProjectionMatrix();
  }

  /** @param {number} half metres from the middle to the upper edge at zoom 1 */
  spanPlan(half) {
    const { orthographic } = this;
    orthographic.top = half;
    orthographic.bottom = -half;
    orthographic.right = (half * this.width) / this.height;
    orthographic.left = -orthographic.right;
    orthographic.updateProjectionMatrix();
  }

  /** @returns {View} */
  view() {
    const { camera, controls } = this;
    /** @type {View} */
    const view = { position: toArray(camera.position), target: toArray(controls.target) };
    if (this.flat) Object.assign(view, { plan: true, height_m: (2 * this.orthographic.top) / this.orthographic.zoom });
    return view;
  }

  /** Metres of one CSS pixel at the target. */
  metresPerPixel() {
    if (this.flat) return (2 * this.orthographic.top) / this.orthographic.zoom / this.height;
    const distance = this.perspective.position.distanceTo(this.controls.target);
    return (2 * distance * Math.tan(MathUtils.degToRad(FIELD_OF_VIEW_DEG / 2))) / this.height;
  }

  heading() {
    const x = this.camera.matrixWorld.elements;
    return Math.atan2(-x[1], x[0]); // the screen's right-hand side is east when looking north
  }

  /**
   * @param {ViewRequest} request
   * @param {boolean} animate
   */
  setView(request, animate) {
    const to = 'bbox' in request ? this.framing(request.bbox) : { ...this.view(), ...request };
    const plan = 'plan' in to ? Boolean(to.plan) : this.flat;
    if (plan !== this.flat) this.setPlan(plan);
    if (animate && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.flight = { from: this.view(), to, start: performance.now() };
    } else {
      this.flight = null;
      this.place(to);
    }
    this.onMove();
  }

  /** @param {View} view */
  place(view) {
    this.controls.target.set(...view.target);
    this.camera.position.set(...view.position);
    if (this.flat && view.height_m) {
      this.orthographic.zoom = (2 * this.orthographic.top) / view.height_m;
      this.orthographic.updateProjectionMatrix();
    }
  }

  /** Turns the camera to its target now; the next frame does so anyway. */
  settle() {
    this.controls.update();
    this.camera.updateMatrixWorld();
  }

  /**
   * The box seen whole, from where the camera looks now.
   * @param {Bbox} box
   * @param {Vector3} [direction]
   * @returns {View}
   */
  framing(box, direction) {
    const centre = centreOf(box);
    const radius = radiusOf(box);
    const back = direction ?? this.camera.position.clone().sub(this.controls.target).normalize();
    if (back.lengthSq() === 0) back.copy(HOME_DIRECTION);
    const narrow = Math.min(1, this.perspective.aspect);
    const distance = (radius * 1.05) / Math.sin(MathUtils.degToRad(FIELD_OF_VIEW_DEG / 2)) / narrow;
    /** @type {View} */
    const view = { position: toArray(centre.clone().addScaledVector(back, distance)), target: toArray(centre) };
    if (this.flat) {
      view.position = [centre.x, centre.y, centre.z + this.radius * 2];
      view.height_m = (2.1 * radius) / narrow;
    }
    return view;
  }

  /** @param {boolean} animate */
  home(animate) {
    if (this.flat) this.setPlan(false);
    const [x0, y0, z0, x1, y1, z1] = this.homeBox;
    const level = Math.max(z0, Math.min(z1, (z0 + z1) / 2));
    const thick = Math.min(z1 - z0, 30) / 2;
    const view = this.framing([x0, y0, level - thick, x1, y1, level + thick], HOME_DIRECTION);
    const closer = 0.78; // the campus is a plate seen at a slant: its sphere is too generous
    const target = new Vector3(...view.target);
    view.position = toArray(new Vector3(...view.position).sub(target).multiplyScalar(closer).add(target));
    // on a mountain side the slanting view would start inside the mountain
    const summit = this.bbox[5];
    if (view.position[2] < summit) view.position[2] = summit + 0.1 * this.radius;
    this.setView(view, animate);
  }

  north() {
    const { camera, controls } = this;
    const back = camera.position.clone().sub(controls.target);
    const level = Math.max(Math.hypot(back.x, back.y), back.length() * 0.001);
    this.setView({ position: toArray(controls.target.clone().add(new Vector3(0, -level, back.z))) }, true);
  }

  /** @param {boolean} on orthographic from above */
  setPlan(on) {
    if (on === this.flat) return;
    const { controls } = this;
    if (on) this.beforePlan = this.view();
    const half = (this.metresPerPixel() * this.height) / 2;
    this.flat = on;
    controls.object = this.camera;
    controls.enableRotate = !on;
    const { target } = controls;
    if (on) {
      this.orthographic.zoom = 1;
      this.spanPlan(half);
      this.orthographic.position.set(target.x, target.y - 0.001, this.bbox[5] + this.radius);
    } else {
      const back = this.beforePlan ? new Vector3(...this.beforePlan.position).sub(new Vector3(...this.beforePlan.target)) : HOME_DIRECTION.clone();
      const distance = half / Math.tan(MathUtils.degToRad(FIELD_OF_VIEW_DEG / 2));
      this.perspective.position.copy(target).addScaledVector(back.normalize(), distance);
    }
    controls.update();
    this.onMove();
  }

  /** @param {number} factor above 1 comes closer */
  zoom(factor) {
    if (this.flat) {
      this.orthographic.zoom *= factor;
      this.orthographic.updateProjectionMatrix();
    } else {
      const { target } = this.controls;
      this.camera.position.sub(target).divideScalar(factor).add(target);
    }
    this.controls.update();
    this.onMove();
  }

  /**
   * Move along the screen's axes, level with the ground, or up and down.
   * @param {number} right share of the view's height
   * @param {number} forward
   * @param {number} up
   */
  pan(right, forward, up) {
    const span = this.metresPerPixel() * this.height;
    const heading = this.heading();
    const step = new Vector3(
      right * Math.cos(heading) + forward * Math.sin(heading),
      forward * Math.cos(heading) - right * Math.sin(heading),
      up,
    ).multiplyScalar(span);
    this.camera.position.add(step);
    this.controls.target.add(step);
    this.controls.update();
    this.onMove();
  }

  /**
   * @param {number} turn radians
   * @param {number} tilt radians
   */
  orbit(turn, tilt) {
    if (this.flat) return;
    const back = this.camera.position.clone().sub(this.controls.target);
    const polar = MathUtils.clamp(Math.acos(back.z / back.length()) + tilt, 0.02, Math.PI - 0.02);
    const azimuth = Math.atan2(back.y, back.x) + turn;
    const length = back.length();
    back.set(Math.sin(polar) * Math.cos(azimuth), Math.sin(polar) * Math.sin(azimuth), Math.cos(polar)).multiplyScalar(length);
    this.camera.position.copy(this.controls.target).add(back);
    this.controls.update();
    this.onMove();
  }

  /** Once a frame. @returns {boolean} whether the camera is still moving */
  update() {
    if (this.flight) this.fly();
    const moved = this.controls.update();
    this.fitDepth();
    return moved || this.flight !== null;
  }

  fly() {
    const flight = /** @type {NonNullable<typeof this.flight>} */ (this.flight);
    const t = Math.min(1, (performance.now() - flight.start) / FLIGHT_MS);
    const k = ease(t);
    const target = new Vector3(...flight.from.target).lerp(new Vector3(...flight.to.target), k);
    const from = new Vector3(...flight.from.position).sub(new Vector3(...flight.from.target));
    const to = new Vector3(...flight.to.position).sub(new Vector3(...flight.to.target));
    const length = from.length() ** (1 - k) * to.length() ** k; // even speed of zooming
    const back = from.normalize().lerp(to.normalize(), k);
    if (back.lengthSq() < 1e-6) back.copy(HOME_DIRECTION);
    const position = target.clone().addScaledVector(back.normalize(), length);
    const height = flight.from.height_m && flight.to.height_m ? flight.from.height_m ** (1 - k) * flight.to.height_m ** k : undefined;
    this.place({ position: toArray(position), target: toArray(target), height_m: height });
    if (t >= 1) this.flight = null;
  }

  /** Near and far planes around what is there, so that 24 bits of depth are enough. */
  fitDepth() {
    const { perspective, orthographic } = this;
    this.camera.updateMatrixWorld();
    if (this.flat) {
      orthographic.near = 0;
      orthographic.far = orthographic.position.z - this.bbox[2] + this.radius * 2;
      orthographic.updateProjectionMatrix();
      return;
    }
    const away = perspective.position.distanceTo(this.centre) + this.radius * 4;
    const near = MathUtils.clamp(perspective.position.distanceTo(this.controls.target) / 100, 0.05, 20);
    if (perspective.far !== away || perspective.near !== near) {
      perspective.far = away;
      perspective.near = near;
      perspective.updateProjectionMatrix();
    }
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
  key(event) {
    const act = event.shiftKey ? ORBIT_KEYS[event.key] ?? KEYS[event.key] : KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return false;
    this.flight = null;
    act(this);
    return true;
  }

  dispose() {
    this.controls.dispose();
  }
}

/** @type {Record<string, (rig: CameraRig) => void>} */
const KEYS = {
  ArrowLeft: (rig) => rig.pan(-0.08, 0, 0),
  ArrowRight: (rig) => rig.pan(0.08, 0, 0),
  ArrowUp: (rig) => rig.pan(0, 0.08, 0),
  ArrowDown: (rig) => rig.pan(0, -0.08, 0),
  PageUp: (rig) => rig.pan(0, 0, 0.06),
  PageDown: (rig) => rig.pan(0, 0, -0.06),
  '+': (rig) => rig.zoom(1.2),
  '=': (rig) => rig.zoom(1.2),
  '-': (rig) => rig.zoom(1 / 1.2),
  Home: (rig) => rig.home(true),
  n: (rig) => rig.north(),
  N: (rig) => rig.north(),
  p: (rig) => rig.setPlan(!rig.flat),
  P: (rig) => rig.setPlan(!rig.flat),
};
/** With shift. @type {Record<string, (rig: CameraRig) => void>} */
const ORBIT_KEYS = {
  ArrowLeft: (rig) => rig.orbit(-0.12, 0),
  ArrowRight: (rig) => rig.orbit(0.12, 0),
  ArrowUp: (rig) => rig.orbit(0, -0.08),
  ArrowDown: (rig) => rig.orbit(0, 0.08),
};
