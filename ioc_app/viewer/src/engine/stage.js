/** Light, sky and haze in four styles. The sky is one triangle behind everything. */
import { BufferGeometry, Color, DirectionalLight, Float32BufferAttribute, Fog, HemisphereLight, Matrix4, Mesh, Scene, ShaderMaterial, Vector3 } from 'three';

/** @typedef {import('./types').Theme} Theme */

/** Where the sun stands: south-east, 43° high. */
const SUN = new Vector3(0.55, -0.6, 0.75).normalize();
const SHADOW_PX = 2048;
const WIDE_SHADOW_PX = 4096;
/** Campus radius from which the finer shadow map is worth its memory, m. */
const WIDE_M = 400;

const DARK = {
  zenith: '#0b1730', horizon: '#3a5472', below: '#121b29', haze: '#2a3c54', plan: '#141d2b',
  sky: '#d5e4ff', ground: '#4a5260', sun: '#fff0d8', hemisphere: 1.7, sunlight: 1.9, fill: 0.45, shadow: 0.62,
  accent: '#35d0ff', rim: '#ffb454', contours: 0.5,
};
/** What the light of a style differs in; the panels around it take theirs from assets/styles. @type {Record<Theme, typeof DARK>} */
const LOOKS = {
  dark: DARK,
  light: {
    zenith: '#8db8e2', horizon: '#e9f1f7', below: '#c9d2da', haze: '#dfe9f1', plan: '#eef2f6',
    sky: '#ffffff', ground: '#9a958c', sun: '#fff4e0', hemisphere: 2.1, sunlight: 1.9, fill: 0.35, shadow: 0.5,
    accent: '#0077ff', rim: '#e8590c', contours: 0.32,
  },
  blue: { ...DARK, zenith: '#020c26', horizon: '#15407e', below: '#051433', haze: '#0d2a5a', plan: '#04122d', sky: '#bcd6ff', ground: '#31456b' },
  red_gold: {
    ...DARK, zenith: '#1b0508', horizon: '#6b3327', below: '#22090b', haze: '#43191a', plan: '#210a0d',
    sky: '#ffe6cf', ground: '#5a463f', sun: '#ffe2ac', accent: '#ffd261', rim: '#ff8a5c',
  },
};

const SKY_VERTEX = `
varying vec2 vNdc;
void main() {
  vNdc = position.xy;
  gl_Position = vec4(position.xy, 1.0, 1.0);
}`;
const SKY_FRAGMENT = `
varying vec2 vNdc;
uniform mat4 uUnproject;
uniform vec3 uEye, uZenith, uHorizon, uBelow, uPlan;
uniform bool uFlat;
void main() {
  vec4 far = uUnproject * vec4(vNdc, 1.0, 1.0);
  float up = normalize(far.xyz / far.w - uEye).z;
  vec3 sky = up > 0.0 ? mix(uHorizon, uZenith, pow(smoothstep(0.0, 0.7, up), 0.6)) : mix(uHorizon, uBelow, smoothstep(0.0, 0.75, -up));
  gl_FragColor = vec4(uFlat ? uPlan : sky, 1.0);
  float grain = fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453);
  #include <colorspace_fragment>
  gl_FragColor.rgb += (grain - 0.5) / 255.0;
}`;

export class Stage {
  constructor() {
    this.scene = new Scene();
    this.hemisphere = new HemisphereLight();
    this.hemisphere.position.set(0, 0, 1);
    this.sun = new DirectionalLight();
    this.sun.castShadow = true;
    this.sun.shadow.radius = 1.6;
    this.fill = new DirectionalLight('#ffffff');
    this.fog = new Fog('#000000');
    this.scene.fog = this.fog;
    this.scene.add(this.hemisphere, this.sun, this.sun.target, this.fill, this.fill.target);
    this.sky = this.makeSky();
    this.scene.add(this.sky);
    this.look = DARK;
  }

  makeSky() {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute([-1, -1, 0, 3, -1, 0, -1, 3, 0], 3));
    const colour = () => ({ value: new Color() });
    const material = new ShaderMaterial({
      vertexShader: SKY_VERTEX,
      fragmentShader: SKY_FRAGMENT,
      depthTest: false,
      depthWrite: false,
      uniforms: {
        uUnproject: { value: new Matrix4() }, uEye: { value: [0, 0, 0] }, uFlat: { value: false },
        uZenith: colour(), uHorizon: colour(), uBelow: colour(), uPlan: colour(),
      },
    });
    const sky = new Mesh(geometry, material);
    sky.frustumCulled = false;
    sky.renderOrder = -100;
    return sky;
  }

  /**
   * The sun's shadow covers the campus.
   * @param {import('./types').Bbox} box
   * @param {number} radius m
   */
  setBounds(box, radius) {
    const { shadow, target, position } = this.sun;
    target.position.set((box[0] + box[3]) / 2, (box[1] + box[4]) / 2, (box[2] + box[5]) / 2);
    position.copy(target.position).addScaledVector(SUN, radius * 2);
    const size = radius > WIDE_M ? WIDE_SHADOW_PX : SHADOW_PX;
    shadow.mapSize.set(size, size);
    Object.assign(shadow.camera, { left: -radius, right: radius, bottom: -radius, top: radius, near: radius * 0.5, far: radius * 3.5 });
    shadow.camera.up.set(0, 0, 1);
    shadow.camera.updateProjectionMatrix();
    shadow.bias = -((2 * radius) / size) * (1.6 / (3 * radius)); // a texel and a half of depth
  }

  /** @param {Theme} theme */
  setTheme(theme) {
    const look = (this.look = LOOKS[theme]);
    const { uniforms } = this.sky.material;
    uniforms.uZenith.value.set(look.zenith);
    uniforms.uHorizon.value.set(look.horizon);
    uniforms.uBelow.value.set(look.below);
    uniforms.uPlan.value.set(look.plan);
    this.fog.color.set(look.haze);
    this.hemisphere.color.set(look.sky);
    this.hemisphere.groundColor.set(look.ground);
    this.hemisphere.intensity = look.hemisphere;
    this.sun.color.set(look.sun);
    this.sun.intensity = look.sunlight;
    this.sun.shadow.intensity = look.shadow;
    this.fill.intensity = look.fill;
  }

  /**
   * Before each frame.
   * @param {import('three').Camera} camera
   * @param {boolean} flat
   * @param {number} distance to the target, m
   * @param {number} radius of the campus, m
   */
  follow(camera, flat, distance, radius) {
    const { uniforms } = this.sky.material;
    uniforms.uUnproject.value.multiplyMatrices(camera.matrixWorld, camera.projectionMatrixInverse);
    uniforms.uEye.value = camera.position.toArray();
    uniforms.uFlat.value = flat;
    this.fill.position.copy(camera.position);
    this.fill.target.position.set(camera.position.x, camera.position.y, camera.position.z).addScaledVector(camera.getWorldDirection(this.fill.up), 1);
    this.fill.up.set(0, 0, 1);
    this.fog.near = flat ? 1e8 : distance + radius * 0.6;
    this.fog.far = flat ? 1e9 : distance + radius * 5;
  }

  dispose() {
    this.sun.dispose();
    this.sky.geometry.dispose();
    this.sky.material.dispose();
  }
}
