"""The light of the app as GLSL for VTK's templates: hemisphere, sun with shadow, fill, contours, haze, sky.

The formulas are those of three.js (Lambert: light times colour over π, in linear light) and of the app's own shaders
(ioc_app/viewer/src/engine/shaders.js). Colours come in as sRGB and go out as sRGB. VTK declares the uniforms.
"""

from __future__ import annotations

from typing import Final

# scene metres go through to the fragment; ``nearer`` moves a layer towards the eye by a share of its distance
VERTEX_DECLARED: Final = """
out vec3 sceneAt;
"""
VERTEX: Final = """
sceneAt = vertexMC.xyz;
gl_Position = MCDCMatrix * vertexMC;
gl_Position.z -= nearer;
"""
SMOOTH_DECLARED: Final = "\nin vec3 sceneNormal;\nout vec3 normalAt;\n"
SMOOTH: Final = "\nnormalAt = sceneNormal;\n"

FRAGMENT_DECLARED: Final = """
in vec3 sceneAt;

vec3 toLight(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
vec3 toScreen(vec3 l) { return mix(l * 12.92, 1.055 * pow(l, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, l)); }

/* three bytes, lowest first */
float depthAt(vec2 place) { return dot(texture(sunDepth, place).rgb * 255.0, vec3(1.0, 256.0, 65536.0)) / 16777215.0; }

float sunReaches(vec3 at, vec3 n) {
  vec4 far = sunMatrix * vec4(at + n * shadowStep * 1.5, 1.0);
  vec3 place = far.xyz * 0.5 + 0.5;
  if (any(lessThan(place, vec3(0.0))) || any(greaterThan(place, vec3(1.0)))) return 1.0;
  vec2 pixel = 1.0 / vec2(textureSize(sunDepth, 0));
  float lit = 0.0;
  for (int i = -1; i <= 1; i++)
    for (int j = -1; j <= 1; j++)
      lit += step(place.z - 0.00025, depthAt(place.xy + vec2(i, j) * pixel));
  return lit / 9.0;
}

float contour(float height, float apart) {
  float at = height / apart, wide = fwidth(at);
  float line = 1.0 - smoothstep(0.0, 1.4 * wide, abs(fract(at - 0.5) - 0.5));
  return line * (1.0 - smoothstep(0.15, 0.5, wide));
}

vec3 shaded(vec3 screen, vec3 n) {
  vec3 toEye = flatView > 0.5 ? -gaze : normalize(eye - sceneAt);
  if (dot(n, toEye) < 0.0) n = -n;
  vec3 colour = toLight(screen);
  if (contourShare > 0.0) {
    vec3 level = normalize(cross(dFdx(sceneAt), dFdy(sceneAt)));
    float lines = smoothstep(0.25, 0.6, abs(level.z)) * smoothstep(0.002, 0.012, length(level.xy));
    lines *= 0.35 * contour(sceneAt.z, 1.0) + 0.65 * contour(sceneAt.z, 5.0);
    colour = mix(colour, colour * 0.45, contourShare * lines);
  }
  float facing = dot(n, sunAway);
  vec3 arriving = mix(groundLight, skyLight, 0.5 * n.z + 0.5) + vec3(fillLight * max(dot(n, -gaze), 0.0));
  if (facing > 0.0) arriving += sunLight * facing * mix(1.0, sunReaches(sceneAt, n), shadowShare);
  colour *= arriving / 3.14159265;
  float away = dot(sceneAt - eye, gaze);
  float haze = flatView > 0.5 ? 0.0 : smoothstep(hazeFrom, hazeTo, away);
  return toScreen(clamp(mix(colour, hazeLight, haze), 0.0, 1.0));
}
"""
FACETED: Final = """
gl_FragData[0] = vec4(shaded(diffuseColor, normalize(cross(dFdx(sceneAt), dFdy(sceneAt)))), opacity);
"""
SMOOTH_SHADED: Final = """
gl_FragData[0] = vec4(shaded(diffuseColor, normalize(normalAt)), opacity);
"""

# one triangle behind everything
SKY_VERTEX_DECLARED: Final = "\nout vec2 placeAt;\n"
SKY_VERTEX: Final = """
placeAt = vertexMC.xy;
gl_Position = vec4(vertexMC.xy, 0.999999, 1.0);
"""
SKY_DECLARED: Final = """
in vec2 placeAt;
vec3 toScreen(vec3 l) { return mix(l * 12.92, 1.055 * pow(l, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, l)); }
"""
SKY: Final = """
float up = normalize(gaze + placeAt.x * rightward + placeAt.y * upward).z;
vec3 high = mix(horizon, zenith, pow(smoothstep(0.0, 0.7, up), 0.6));
vec3 low = mix(horizon, below, smoothstep(0.0, 0.75, -up));
vec3 sky = up > 0.0 ? high : low;
float grain = fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453);
gl_FragData[0] = vec4(toScreen(flatView > 0.5 ? plan : sky) + (flatView > 0.5 ? 0.0 : (grain - 0.5) / 255.0), 1.0);
"""

# a dot of so many pixels with a rim, whatever it is the size of in the scene
DOT_DECLARED: Final = "\nin vec3 sceneAt;\n"
DOT: Final = """
if (length(sceneAt - eye) > farthest) discard;
float out2 = length(gl_PointCoord - vec2(0.5)) * 2.0;
if (out2 > 1.0) discard;
gl_FragData[0] = vec4(out2 > 0.68 ? vec3(1.0) : diffuseColor, opacity);
"""
