"""Our arrays as VTK takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from twin.render.extra import extra
from twin.render.geometry import Dots, Drawn


def polydata(drawn: Drawn) -> Any:
    """Triangles with colours, and the array ``sceneNormal`` where there are normals."""
    model, to_vtk = extra("vtkmodules.vtkCommonDataModel"), extra("vtkmodules.util.numpy_support").numpy_to_vtk
    points = extra("vtkmodules.vtkCommonCore").vtkPoints()
    points.SetData(to_vtk(drawn.positions, deep=True))
    cells = model.vtkCellArray()
    starts = np.arange(0, 3 * len(drawn.triangles) + 1, 3, dtype=np.int32)
    cells.SetData(to_vtk(starts, deep=True), to_vtk(np.ascontiguousarray(drawn.triangles).ravel(), deep=True))
    sheet = model.vtkPolyData()
    sheet.SetPoints(points)
    sheet.SetPolys(cells)
    sheet.GetPointData().SetScalars(to_vtk(drawn.rgba, deep=True))
    if drawn.normals is not None:
        normals = to_vtk(drawn.normals, deep=True)
        normals.SetName("sceneNormal")
        sheet.GetPointData().AddArray(normals)
    return sheet


def point_cloud(dots: Dots) -> Any:
    """A vertex a dot, with its colour."""
    model, to_vtk = extra("vtkmodules.vtkCommonDataModel"), extra("vtkmodules.util.numpy_support").numpy_to_vtk
    points = extra("vtkmodules.vtkCommonCore").vtkPoints()
    points.SetData(to_vtk(np.ascontiguousarray(dots.positions, np.float32), deep=True))
    count = len(dots.positions)
    cells = model.vtkCellArray()
    cells.SetData(
        to_vtk(np.arange(count + 1, dtype=np.int32), deep=True), to_vtk(np.arange(count, dtype=np.int32), deep=True)
    )
    sheet = model.vtkPolyData()
    sheet.SetPoints(points)
    sheet.SetVerts(cells)
    rgba = np.concatenate([dots.rgb, np.full((count, 1), 255)], axis=1).astype(np.uint8)
    sheet.GetPointData().SetScalars(to_vtk(rgba, deep=True))
    return sheet
