/** One material a layer (and shading); all share the state texture and one patched shader. */
import { Color, DoubleSide, MeshDepthMaterial, MeshLambertMaterial, NoBlending, ShaderMaterial, Vector2, Vector3, Vector4 } from 'three';
import { CUT_FRAGMENT, GROUND_FRAGMENT, ID_FRAGMENT, STATE_FRAGMENT, STATE_POSITION, STATE_VERTEX } from './shaders.js';

/** @typedef {import('./types').SceneLayer} SceneLayer */
/** @typedef {import('./types').LayerKind} LayerKind */
/** @typedef {Record<string, {value: any}>} Uniforms */

const GROUND_KINDS = new Set(['terrain', 'surface']);
const STOREYED_KINDS = new Set(['volume', 'element', 'marker']);
/** The ground takes shadows and throws none; what lies under it does neither. */
const SHADOW_KINDS = new Set(['volume', 'element', 'surface']);
/** What the shader is told of a kind. @type {Partial<Record<LayerKind, Record<string, string>>>} */
const DEFINES = { pipe: { PIPE: '' }, terrain: { GROUND: '', CONTOURS: '' }, surface: { GROUND: '' } };
/** Draw order: see-through ground comes after the pipes it covers. @type {Partial<Record<LayerKind, number>>} */
const RENDER_ORDER = { pipe: 0, element: 1, volume: 2, surface: 3, terrain: 4, zone: 5 };
/** Depth bias: areas on the ground win over the ground. @type {Partial<Record<LayerKind, number>>} */
const DEPTH_BIAS = { terrain: 2, surface: 0, zone: -2 };

/** @returns {Uniforms} what all materials share besides the feature states */
export function sharedUniforms() {
  return {
    uSelected: { value: -1 },
    uHovered: { value: -1 },
    uPipe: { value: new Vector2() },
    uAccent: { value: new Color('#35d0ff') },
    uCut: { value: false },
    uCutMin: { value: new Vector3() },
    uCutMax: { value: new Vector3() },
    uDigCorners: { value: 0 },
    uDigRound: { value: new Vector3() },
    uDigPolygon: { value: Array.from({ length: 32 }, () => new Vector2()) },
    uContours: { value: 0.5 },
    uOrtho: { value: null },
    uOrthoOn: { value: false },
    uOrthoBox: { value: new Vector4(0, 0, 1, 1) },
    uRim: { value: new Color('#ffb454') },
  };
}

/** @param {LayerKind} kind */
export const isGround = (kind) => GROUND_KINDS.has(kind);
/** @param {LayerKind} kind */
export const throwsShadow = (kind) => SHADOW_KINDS.has(kind);
/** @param {LayerKind} kind */
export const renderOrder = (kind) => RENDER_ORDER[kind] ?? 1;

/**
 * @param {import('three').Material} material
 * @param {Uniforms} uniforms
 * @param {boolean} storeyed
 */
function patch(material, uniforms, storeyed) {
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, uniforms, { uStoreyed: { value: storeyed } });
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', `#include <common>\n${STATE_VERTEX}`)
      .replace('#include <project_vertex>', STATE_POSITION)
      .replace('#include <worldpos_vertex>', 'vec4 worldPosition = scenePosition;');
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', `#include <common>\n${STATE_FRAGMENT}\n${CUT_FRAGMENT}\n#ifdef GROUND\n${GROUND_FRAGMENT}\n#endif\nuniform vec3 uAccent;`)
      .replace('#include <clipping_planes_fragment>', 'if (cutAway()) discard;')
      .replace(
        '#include <color_fragment>',
        `#include <color_fragment>
        #ifdef GROUND
          diffuseColor.rgb = groundColour(diffuseColor.rgb);
        #endif
        diffuseColor.rgb = mix(diffuseColor.rgb, vTint.rgb, vTint.a);`,
      )
      .replace(
        '#include <emissivemap_fragment>',
        `float rim = pow(1.0 - abs(dot(normalize(vViewPosition), normal)), 2.0);
        diffuseColor.rgb = mix(diffuseColor.rgb, uAccent, vMark * 0.55);
        totalEmissiveRadiance += uAccent * vMark * (0.25 + 0.6 * rim);
        #ifdef GHOSTED
          diffuseColor.a = clamp(diffuseColor.a * (0.55 + 1.1 * rim) + vMark * 0.6, 0.0, 1.0);
        #endif`,
      );
  };
  material.customProgramCacheKey = () => 'campus';
}

/**
 * The uniform `uStoreyed` is bound when a program is made for a material, so each material keeps its own.
 * @param {LayerKind} kind
 * @param {Uniforms} uniforms
 * @param {{flat: boolean, coloured: boolean, translucent: boolean, colour: string}} look
 */
export function layerMaterial(kind, uniforms, look) {
  const material = new MeshLambertMaterial({
    color: look.coloured ? '#ffffff' : look.colour,
    vertexColors: look.coloured,
    flatShading: look.flat,
    side: DoubleSide,
    forceSinglePass: true,
    dithering: true,
  });
  material.defines = { ...DEFINES[kind] };
  const bias = DEPTH_BIAS[kind];
  if (bias !== undefined) Object.assign(material, { polygonOffset: true, polygonOffsetFactor: bias, polygonOffsetUnits: bias });
  material.userData = { translucent: look.translucent, storeyed: STOREYED_KINDS.has(kind) };
  patch(material, uniforms, material.userData.storeyed);
  return material;
}

/**
 * @param {MeshLambertMaterial} material
 * @param {number} opacity
 * @param {boolean} ground
 */
export function setOpacity(material, opacity, ground) {
  const ghosted = opacity < 0.999 && !ground;
  const seeThrough = opacity < 0.999 || material.userData.translucent;
  if (material.transparent !== seeThrough || ('GHOSTED' in (material.defines ?? {})) !== ghosted) material.needsUpdate = true;
  material.opacity = opacity;
  material.transparent = seeThrough;
  material.depthWrite = !seeThrough;
  if (ghosted) material.defines = { ...material.defines, GHOSTED: '' };
  else delete material.defines?.GHOSTED;
}

/**
 * What the sun sees: the shadow of a storey moves with it, what is hidden or cut away throws none.
 * @param {LayerKind} kind
 * @param {Uniforms} uniforms
 */
export function shadowMaterial(kind, uniforms) {
  const material = new MeshDepthMaterial({ side: DoubleSide });
  patch(material, uniforms, STOREYED_KINDS.has(kind));
  return material;
}

/**
 * Writes idx + 1 and the scene position into a float target.
 * @param {LayerKind} kind
 * @param {Uniforms} uniforms
 */
export function idMaterial(kind, uniforms) {
  return new ShaderMaterial({
    uniforms: { ...uniforms, uStoreyed: { value: STOREYED_KINDS.has(kind) } },
    defines: { ...DEFINES[kind] },
    side: DoubleSide,
    blending: NoBlending,
    vertexShader: `${STATE_VERTEX}
      flat varying float vIdx;
      void main() {
        vec3 transformed = position;
        ${STATE_POSITION}
        vIdx = float(featureIdx);
      }`,
    fragmentShader: `${STATE_FRAGMENT}\n${CUT_FRAGMENT}\n${ID_FRAGMENT}`,
  });
}

/** The ground of an attached set lies in one mesh with all that stands on it: a dig window cuts the whole. */
const FOREIGN_DEFINES = { GROUND: '' };

/**
 * A material of others that is cut like ours and is otherwise left as delivered.
 * @param {import('three').Material} material
 * @param {Uniforms} uniforms
 */
export function patchCut(material, uniforms) {
  material.defines = { ...material.defines, ...FOREIGN_DEFINES };
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, uniforms);
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', '#include <common>\nvarying vec3 vScene;')
      // back from the camera: true for instances too, and where three has not computed a world position
      .replace('#include <project_vertex>', '#include <project_vertex>\nvScene = cameraPosition + transpose(mat3(viewMatrix)) * mvPosition.xyz;');
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', `#include <common>\n${CUT_FRAGMENT}`)
      .replace('#include <clipping_planes_fragment>', 'if (cutAway()) discard;');
  };
  material.customProgramCacheKey = () => 'attached';
}

/**
 * Writes minus the number of the set, from 1, and the scene position into a float target.
 * @param {number} number
 * @param {Uniforms} uniforms
 */
export function foreignIdMaterial(number, uniforms) {
  return new ShaderMaterial({
    uniforms: { ...uniforms, uSet: { value: -number } },
    defines: { ...FOREIGN_DEFINES },
    side: DoubleSide,
    blending: NoBlending,
    vertexShader: `varying vec3 vScene;
      void main() {
        vec4 at = vec4(position, 1.0);
        #ifdef USE_INSTANCING
          at = instanceMatrix * at;
        #endif
        at = modelMatrix * at;
        vScene = at.xyz;
        gl_Position = projectionMatrix * viewMatrix * at;
      }`,
    fragmentShader: `uniform float uSet;\n${CUT_FRAGMENT}
      void main() {
        if (cutAway()) discard;
        gl_FragColor = vec4(uSet, vScene);
      }`,
  });
}
