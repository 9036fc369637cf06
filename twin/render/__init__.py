"""Pictures of a campus without a screen: PNG with map furniture, drawing sheets as PDF, and GLB.

Start at ``scene_of`` (what is shown of a generation) and ``render_picture`` (how it looks); ``Camera`` takes several.
``render_page`` is a sheet with a title block, a plan exactly to scale; ``render_glb`` is the scene for other programs.
VTK (with pyvista) and Pillow are the optional extra ``render``, imported when a picture is made. Triangles come from
``twin.build.drawing``, through ``kept_meshes``.
"""

from twin.render.colouring import Colouring, Step, coloured
from twin.render.furniture import Caption
from twin.render.kept import kept_meshes
from twin.render.model import render_glb
from twin.render.page import TitleBlock, render_page
from twin.render.picture import Camera, camera, render_picture
from twin.render.scene import PictureScene, Wanted, scene_of
from twin.render.view import View, size_of

__all__ = [
    "Camera",
    "Caption",
    "Colouring",
    "PictureScene",
    "Step",
    "TitleBlock",
    "View",
    "Wanted",
    "camera",
    "coloured",
    "kept_meshes",
    "render_glb",
    "render_page",
    "render_picture",
    "scene_of",
    "size_of",
]
