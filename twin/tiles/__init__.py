"""From triangles with feature ids to GLBs and 3D Tiles 1.1. Knows no source format and no layer.

Start at ``plan`` (what the build hands over, what lands on disk), then ``glb`` (one content), then what that is made
of: ``quantise``, ``weld``, ``metadata``, ``meshopt``, ``meshopt_triangles``, ``container``. ``split`` cuts batches that
are too large or too wide, ``tileset`` holds the words of the 3D Tiles specification.
"""

from twin.tiles.glb import MAX_FEATURES, EncodedGlb, encode, encode_glb

__all__ = ["MAX_FEATURES", "EncodedGlb", "encode", "encode_glb"]
