/** GLSL shared by what is drawn and by the id buffer, so that picking sees exactly what the eye sees. */

export const STATE_VERTEX = /* glsl */ `
attribute uint featureIdx;
uniform highp sampler2D uState;
uniform highp usampler2D uStoreyOf;
uniform highp sampler2D uStoreys;
uniform bool uStoreyed;
uniform int uSelected;
uniform int uHovered;
uniform vec2 uPipe; /* as shares of half the view's height: wider by x on either side, and y farther away */
flat varying vec4 vTint;
flat varying float vMark;
varying vec3 vScene;

/* Where the feature is drawn: its storey's lift, or outside everything when it is hidden. */
bool featureState(out float lift) {
  ivec2 size = textureSize(uState, 0);
  ivec2 at = ivec2(int(featureIdx) % size.x, int(featureIdx) / size.x);
  lift = 0.0;
  vTint = vec4(0.0);
  vMark = 0.0;
  if (featureIdx == 0xffffffffu || at.y >= size.y) return true; /* attached tilesets have no features of ours */
  vec4 state = texelFetch(uState, at, 0);
  float code = floor(state.a * 255.0 + 0.5);
  bool shown = code < 128.0;
  vTint = vec4(pow(state.rgb, vec3(2.2)), min(1.0, (code - (shown ? 0.0 : 128.0)) / 127.0));
  if (uStoreyed) {
    vec4 storey = texelFetch(uStoreys, ivec2(int(texelFetch(uStoreyOf, at, 0).r), 0), 0);
    lift = storey.x;
    shown = shown && storey.y > 0.5;
  }
  vMark = int(featureIdx) == uSelected ? 1.0 : (int(featureIdx) == uHovered ? 0.4 : 0.0);
  return shown;
}
`;

export const STATE_POSITION = /* glsl */ `
float lift;
bool shown = featureState(lift);
vec4 scenePosition = modelMatrix * vec4(transformed, 1.0);
scenePosition.z += lift;
#ifdef PIPE
/* seen from afar a pipe is a line as on a map, not a row of stray pixels */
vec3 outward = mat3(modelMatrix) * normal;
float away = projectionMatrix[3][3] == 1.0 ? 1.0 : -(viewMatrix * scenePosition).z;
if (dot(outward, outward) > 0.0) scenePosition.xyz += normalize(outward) * max(away, 0.0) * uPipe.x / projectionMatrix[1][1];
#endif
vScene = scenePosition.xyz;
vec4 mvPosition = viewMatrix * scenePosition;
vec4 eyePosition = mvPosition;
#ifdef PIPE
/* the ground above it may be drawn too low by some pixels: what lies just below must not shine through */
if (projectionMatrix[3][3] == 1.0) eyePosition.z -= uPipe.y / projectionMatrix[1][1];
else eyePosition.xyz *= 1.0 + uPipe.y / projectionMatrix[1][1];
#endif
gl_Position = shown ? projectionMatrix * eyePosition : vec4(2.0, 2.0, 2.0, 1.0);
`;

/** What the vertex shader says of the feature. */
export const STATE_FRAGMENT = /* glsl */ `
flat varying vec4 vTint;
flat varying float vMark;
`;

export const CUT_FRAGMENT = /* glsl */ `
uniform bool uCut;
uniform vec3 uCutMin;
uniform vec3 uCutMax;
varying vec3 vScene;
#ifdef GROUND
uniform int uDigCorners; /* 0 none, 1 round, else the polygon's corners */
uniform vec3 uDigRound;
uniform vec2 uDigPolygon[32];

/* Metres inside the dig window; negative outside. */
float digDepth(vec2 p) {
  if (uDigCorners == 0) return -1e9;
  if (uDigCorners == 1) return uDigRound.z - distance(p, uDigRound.xy);
  float nearest = 1e18;
  bool inside = false;
  for (int i = 0, j = uDigCorners - 1; i < uDigCorners; j = i++) {
    vec2 a = uDigPolygon[j], b = uDigPolygon[i], side = b - a;
    vec2 off = p - a - side * clamp(dot(p - a, side) / max(dot(side, side), 1e-9), 0.0, 1.0);
    nearest = min(nearest, dot(off, off));
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
  }
  return (inside ? 1.0 : -1.0) * sqrt(nearest);
}
#endif

bool cutAway() {
  if (uCut && (any(lessThan(vScene, uCutMin)) || any(greaterThan(vScene, uCutMax)))) return true;
#ifdef GROUND
  if (digDepth(vScene.xy) > 0.0) return true;
#endif
  return false;
}
`;

/* Contours every 1 m and 5 m, drawn one pixel wide; they fade out where they would run together. */
export const GROUND_FRAGMENT = /* glsl */ `
uniform float uContours;
uniform vec4 uOrthoBox;
uniform sampler2D uOrtho;
uniform bool uOrthoOn;
uniform vec3 uRim;

float contour(float height, float step) {
  float at = height / step;
  float width = fwidth(at);
  float line = 1.0 - smoothstep(0.0, 1.4 * width, abs(fract(at - 0.5) - 0.5));
  return line * (1.0 - smoothstep(0.15, 0.5, width));
}

vec3 groundColour(vec3 colour) {
  vec3 up = normalize(cross(dFdx(vScene), dFdy(vScene)));
  vec2 uv = (vScene.xy - uOrthoBox.xy) / (uOrthoBox.zw - uOrthoBox.xy);
  /* a picture from above says nothing of what stands upright, the cut sides of the ground above all */
  bool draped = uOrthoOn && abs(up.z) > 0.05 && uv.x > 0.0 && uv.y > 0.0 && uv.x < 1.0 && uv.y < 1.0;
  vec4 photo = draped ? texture2D(uOrtho, uv) : vec4(0.0);
  float slope = length(up.xy);
  float lines = smoothstep(0.25, 0.6, abs(up.z)) * smoothstep(0.002, 0.012, slope) * (0.35 * contour(vScene.z, 1.0) + 0.65 * contour(vScene.z, 5.0));
#ifndef CONTOURS
  lines = 0.0;
#endif
  vec3 drawn = mix(mix(colour, colour * 0.45, uContours * lines), photo.rgb, photo.a);
  float rim = 1.0 - smoothstep(0.0, max(0.35, 2.5 * fwidth(vScene.x)), -digDepth(vScene.xy));
  return mix(drawn, uRim, uDigCorners == 0 ? 0.0 : rim);
}
`;

export const ID_FRAGMENT = /* glsl */ `
flat varying float vIdx;
void main() {
  if (cutAway()) discard;
  gl_FragColor = vec4(vIdx + 1.0, vScene);
}
`;
