"""From tables and rasters to triangles: every function here returns a ``twin.model.mesh.MeshBatch``.

Where to start, by what there is to draw:

- elevation grids: ``terrain.terrain_pyramid``; heights under points: ``elevation.TerrainSurface``
- pipes: ``pipes.sweep``; manholes and fittings: ``shafts.node_symbols``
- footprints, delivered solids, coarse shells: ``buildings.extrude``, ``solids.solids``, ``shell.shell``
- roads, trees, lamps, green: ``surface.surface_batch``; zones: ``zones.zone_bands``
- canonical meshes and instances: ``elements.instances_batch``; screen-size points: ``markers.marker_document``

Campus coordinates go in, scene axes come out: ``origin`` is subtracted in float64. A batch has one feature row for
every row that went in, in the same order; ``assemble.rows_without_triangles`` names those that could not be drawn.
"""
