"""What only pictures need, imported when one is made: VTK (it comes with pyvista) and Pillow."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final

from twin.errors import NoGraphicsError, RenderExtraMissingError

_OF: Final = {"vtkmodules": "pyvista", "PIL": "pillow", "trimesh": "trimesh"}


def extra(module: str) -> Any:
    """A module of the optional extra ``render``. Raises RenderExtraMissingError."""
    package = module.split(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as fault:
        if fault.name is None or fault.name.split(".")[0] != package:
            raise
        raise RenderExtraMissingError(module=_OF.get(package, package)) from fault


def off_screen_window() -> Any:
    """A VTK window that needs no display: EGL or OSMesa on Linux, else what the system has. Raises NoGraphicsError."""
    opengl = extra("vtkmodules.vtkRenderingOpenGL2")
    names = ("vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow") if sys.platform.startswith("linux") else ()
    made = [getattr(opengl, name) for name in names if hasattr(opengl, name)]
    if not made and sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise NoGraphicsError(detail="VTK has neither EGL nor OSMesa, and there is no display")
    window = made[0]() if made else extra("vtkmodules.vtkRenderingCore").vtkRenderWindow()
    window.SetOffScreenRendering(True)
    window.SetShowWindow(False)
    return window
