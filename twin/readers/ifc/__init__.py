"""IFC models. ``IfcReader`` is in ``reader.py``; start there.

``model_file`` opens, ``map_conversion`` and ``georeference`` place, ``representations`` chooses bodies, ``geometry`` is
the seam to the engines, ``products`` and ``structure`` say what is in what, the ``*_rows`` modules write layers,
``rules`` judges.
"""

from twin.readers.ifc.reader import IfcReader

__all__ = ["IfcReader"]
