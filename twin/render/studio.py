"""VTK off screen: what is drawn stays in the window, so that the second picture of a campus costs only its drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.render import shading
from twin.render.extra import extra, off_screen_window
from twin.render.geometry import Dots, Drawn
from twin.render.look import SUN, Look, light
from twin.render.view import FIELD_OF_VIEW_DEG, Box, Size, View
from twin.render.vtk_arrays import point_cloud, polydata

_SHADOW_PX: Final = 4096
_SAMPLES: Final = 4
_DOT_PX: Final = 10.0  # of a picture 1080 pixels high
_DOT_NEARER: Final = 6e-3  # so that what lies on the ground before it does not cut it in half
_INDOORS_PX: Final = 12 / 3.2  # a marker is 3.2 m, and half of 24 pixels wide where it can be read


@dataclass(frozen=True, slots=True)
class Stroke:
    """Something of a layer: ``nearer`` moves it towards the eye by that share of its distance, so that it wins."""

    drawn: Drawn
    layer: str = ""
    contours: bool = False
    shadow: bool = False
    nearer: float = 0.0


class Studio:
    """A scene in front of a camera. Holds graphics memory until ``close``; one thread at a time."""

    def __init__(self, strokes: Sequence[Stroke], dots: Sequence[Dots], bounds: Box, look: Look) -> None:
        self._core = extra("vtkmodules.vtkRenderingCore")
        self._bounds, self._look = bounds, look
        self._centre = np.array([(bounds[axis] + bounds[axis + 3]) / 2 for axis in range(3)])
        self._radius = max(0.5, math.dist(bounds[:3], bounds[3:]) / 2)
        sheets = [(one, polydata(one.drawn)) for one in strokes]
        sun_depth, sun_matrix = self._shadow_map([sheet for one, sheet in sheets if one.shadow and one.drawn.solid])
        self._window = off_screen_window()
        self._window.SetMultiSamples(_SAMPLES)
        self._renderer = self._new_renderer(self._window)
        self._renderer.SetUseDepthPeeling(False)
        self._sky = self._sky_actor()
        self._surfaces = [(one, self._surface(one, sheet, sun_depth, sun_matrix)) for one, sheet in sheets]
        self._dots = [(one, self._dot_actor(one)) for one in dots]

    def close(self) -> None:
        self._window.Finalize()

    def take(self, view: View, size_px: Size) -> NDArray[np.uint8]:
        """(height, width, 3) sRGB."""
        near, far = self._aim(view)
        for stroke, actor in self._surfaces:
            self._tell_surface(actor, view, _clip_shift(view, stroke.nearer, near, far))
        for dots, actor in self._dots:
            self._tell_dots(dots, actor, view, size_px, _clip_shift(view, _DOT_NEARER, near, far))
        self._tell_sky(view, size_px)
        self._window.SetSize(*size_px)
        self._window.Render()
        return self._pixels(size_px)

    # --- what stands before the camera ---

    def _new_renderer(self, window: Any) -> Any:
        renderer = self._core.vtkRenderer()
        renderer.GetCullers().RemoveAllItems()  # the sky has no place in the scene
        window.AddRenderer(renderer)
        return renderer

    def _actor(self, polydata: Any, *, solid: bool) -> Any:
        mapper = self._core.vtkPolyDataMapper()
        mapper.SetInputData(polydata)
        mapper.SetVBOShiftScaleMethod(0)  # the shaders want scene metres
        mapper.SetColorModeToDirectScalars()
        actor = self._core.vtkActor()
        actor.SetMapper(mapper)
        actor.GetProperty().LightingOff()
        if solid:
            actor.ForceOpaqueOn()
        else:
            actor.ForceTranslucentOn()
        return actor

    def _surface(self, stroke: Stroke, polydata: Any, sun_depth: Any, sun_matrix: Any) -> Any:
        actor = self._actor(polydata, solid=stroke.drawn.solid)
        smooth = stroke.drawn.normals is not None
        if smooth:
            actor.GetMapper().MapDataArrayToVertexAttribute("sceneNormal", "sceneNormal", 0, -1)
        replace = actor.GetShaderProperty()
        _vertex_code(
            replace,
            shading.VERTEX_DECLARED + (shading.SMOOTH_DECLARED if smooth else ""),
            shading.VERTEX + (shading.SMOOTH if smooth else ""),
        )
        _fragment_code(
            replace,
            ("\nin vec3 normalAt;" if smooth else "") + shading.FRAGMENT_DECLARED,
            shading.SMOOTH_SHADED if smooth else shading.FACETED,
        )
        actor.GetProperty().SetTexture("sunDepth", sun_depth)
        self._tell_light(_fragment(actor), sun_matrix, stroke.contours)
        self._renderer.AddActor(actor)
        return actor

    def _tell_light(self, uniforms: Any, sun_matrix: Any, contours: bool) -> None:
        look = self._look
        vectors = {
            "sunAway": tuple(np.array(SUN) / np.linalg.norm(SUN)),
            "sunLight": _times(light(look.sun), look.sunlight),
            "skyLight": _times(light(look.sky), look.hemisphere),
            "groundLight": _times(light(look.ground), look.hemisphere),
            "hazeLight": light(look.haze),
        }
        for name, value in vectors.items():
            uniforms.SetUniform3f(name, value)
        uniforms.SetUniformMatrix("sunMatrix", sun_matrix)
        uniforms.SetUniformf("fillLight", look.fill)
        uniforms.SetUniformf("shadowShare", look.shadow)
        uniforms.SetUniformf("shadowStep", 2 * self._radius / _SHADOW_PX)
        uniforms.SetUniformf("contourShare", look.contours if contours else 0.0)

    def _tell_surface(self, actor: Any, view: View, shift: float) -> None:
        uniforms = _fragment(actor)
        uniforms.SetUniform3f("eye", view.position)
        uniforms.SetUniform3f("gaze", tuple(view.axes()[2]))
        uniforms.SetUniformf("flatView", float(view.is_plan))
        uniforms.SetUniformf("hazeFrom", view.distance_m + self._radius * 0.6)
        uniforms.SetUniformf("hazeTo", view.distance_m + self._radius * 5)
        _vertex(actor).SetUniformf("nearer", shift)

    def _dot_actor(self, dots: Dots) -> Any:
        actor = self._actor(point_cloud(dots), solid=True)
        actor.GetProperty().SetPointSize(_DOT_PX)
        _vertex_code(actor.GetShaderProperty(), shading.VERTEX_DECLARED, shading.VERTEX)
        _fragment_code(actor.GetShaderProperty(), shading.DOT_DECLARED, shading.DOT)
        self._renderer.AddActor(actor)
        return actor

    def _tell_dots(self, dots: Dots, actor: Any, view: View, size_px: Size, shift: float) -> None:
        """What is indoors is drawn only as near as the app draws it (markers.js: half its size)."""
        point_px = min(size_px[0] / 1920, size_px[1] / 1080)
        metre_px = 1 / view.metres_per_pixel(size_px)
        near_px = _INDOORS_PX * point_px  # so many pixels a metre where it is near enough
        farthest = (math.inf if metre_px >= near_px else 0.0) if view.is_plan else view.distance_m * metre_px / near_px
        uniforms = _fragment(actor)
        uniforms.SetUniform3f("eye", view.position)
        uniforms.SetUniformf("farthest", min(farthest, 1e9) if dots.indoors else 1e9)
        _vertex(actor).SetUniformf("nearer", shift)
        actor.GetProperty().SetPointSize(max(3.0, _DOT_PX * point_px))

    def _sky_actor(self) -> Any:
        corners = np.array([[-1, -1, 0], [3, -1, 0], [-1, 3, 0]], np.float32)
        sheet = Drawn(corners, np.array([[0, 1, 2]], np.int32), np.full((3, 4), 255, np.uint8), np.zeros(3, np.uint32))
        actor = self._actor(polydata(sheet), solid=True)
        _vertex_code(actor.GetShaderProperty(), shading.SKY_VERTEX_DECLARED, shading.SKY_VERTEX)
        _fragment_code(actor.GetShaderProperty(), shading.SKY_DECLARED, shading.SKY)
        for name in ("zenith", "horizon", "below", "plan"):
            _fragment(actor).SetUniform3f(name, light(getattr(self._look, name)))
        self._renderer.AddActor(actor)
        return actor

    def _tell_sky(self, view: View, size_px: Size) -> None:
        right, up, ahead = view.axes()
        high = math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
        uniforms = _fragment(self._sky)
        uniforms.SetUniform3f("gaze", tuple(ahead))
        uniforms.SetUniform3f("rightward", tuple(right * high * size_px[0] / size_px[1]))
        uniforms.SetUniform3f("upward", tuple(up * high))
        uniforms.SetUniformf("flatView", float(view.is_plan))

    # --- camera, sun, pixels ---

    def _aim(self, view: View) -> tuple[float, float]:
        """Point the camera; near and far planes around what is there."""
        camera = self._renderer.GetActiveCamera()
        camera.SetPosition(*view.position)
        camera.SetFocalPoint(*view.target)
        camera.SetViewUp(*view.axes()[1])
        camera.SetViewAngle(FIELD_OF_VIEW_DEG)
        camera.SetParallelProjection(view.is_plan)
        if view.plan_height_m is not None:
            camera.SetParallelScale(view.plan_height_m / 2)
        away = math.dist(view.position, self._centre)
        near = 0.01 if view.is_plan else min(max(view.distance_m / 100, 0.05), 20.0)
        far = max(away + self._radius * (1.1 if view.is_plan else 4.0), near * 2)
        camera.SetClippingRange(near, far)
        return near, far

    def _shadow_map(self, sheets: Sequence[Any]) -> tuple[Any, Any]:
        """What the sun sees of solid things, as depths, and the matrix from the scene to it."""
        window = off_screen_window()
        window.SetMultiSamples(0)
        window.SetSize(_SHADOW_PX, _SHADOW_PX)
        renderer = self._new_renderer(window)
        for one in sheets:
            renderer.AddActor(self._actor(one, solid=True))
        camera = renderer.GetActiveCamera()
        towards = np.array(SUN) / np.linalg.norm(SUN)
        camera.SetPosition(*(self._centre + towards * self._radius * 2))
        camera.SetFocalPoint(*self._centre)
        camera.SetViewUp(0, 0, 1)
        camera.SetParallelProjection(True)
        camera.SetParallelScale(self._radius)
        camera.SetClippingRange(self._radius * 0.5, self._radius * 3.5)
        window.Render()
        depths = extra("vtkmodules.vtkCommonCore").vtkFloatArray()
        window.GetZbufferData(0, 0, _SHADOW_PX - 1, _SHADOW_PX - 1, depths)
        matrix = extra("vtkmodules.vtkCommonMath").vtkMatrix4x4()
        matrix.DeepCopy(camera.GetCompositeProjectionTransformMatrix(1.0, -1.0, 1.0))
        matrix.Transpose()  # VTK hands matrices to GLSL as they lie in memory
        window.Finalize()
        return self._depth_texture(depths), matrix

    def _depth_texture(self, depths: Any) -> Any:
        """Depths in three bytes, lowest first: VTK would round a texture of floats to one."""
        support = extra("vtkmodules.util.numpy_support")
        places = (support.vtk_to_numpy(depths) * 0xFFFFFF).astype("<u4")
        bytes_of = np.ascontiguousarray(places.view(np.uint8).reshape(-1, 4)[:, :3])
        image = extra("vtkmodules.vtkCommonDataModel").vtkImageData()
        image.SetDimensions(_SHADOW_PX, _SHADOW_PX, 1)
        image.GetPointData().SetScalars(support.numpy_to_vtk(bytes_of, deep=True))
        texture = self._core.vtkTexture()
        texture.SetInputData(image)
        texture.SetColorModeToDirectScalars()
        texture.InterpolateOff()
        texture.MipmapOff()
        return texture

    def _pixels(self, size_px: Size) -> NDArray[np.uint8]:
        array = extra("vtkmodules.vtkCommonCore").vtkUnsignedCharArray()
        self._window.GetPixelData(0, 0, size_px[0] - 1, size_px[1] - 1, 1, array, 0)
        flat = extra("vtkmodules.util.numpy_support").vtk_to_numpy(array)
        return np.ascontiguousarray(flat.reshape(size_px[1], size_px[0], 3)[::-1])


def _clip_shift(view: View, share: float, near: float, far: float) -> float:
    """What to take from clip z so that a thing is drawn as if nearer by ``share`` of its distance (a plan: per km)."""
    return 2 * share * 1000 / (far - near) if view.is_plan else 2 * share * far * near / (far - near)


def _times(colour: tuple[float, float, float], strength: float) -> tuple[float, ...]:
    return tuple(one * strength for one in colour)


def _vertex(actor: Any) -> Any:
    return actor.GetShaderProperty().GetVertexCustomUniforms()


def _fragment(actor: Any) -> Any:
    return actor.GetShaderProperty().GetFragmentCustomUniforms()


def _vertex_code(replace: Any, declared: str, code: str) -> None:
    replace.AddVertexShaderReplacement("//VTK::PositionVC::Dec", True, declared, False)
    replace.AddVertexShaderReplacement("//VTK::PositionVC::Impl", True, code, False)


def _fragment_code(replace: Any, declared: str, code: str) -> None:
    replace.AddFragmentShaderReplacement("//VTK::Picking::Dec", True, declared, False)
    replace.AddFragmentShaderReplacement("//VTK::TCoord::Impl", True, "", False)
    replace.AddFragmentShaderReplacement("//VTK::Light::Impl", True, code, False)
