"""OGC API – Features over every layer with shapes: what QGIS, GDAL and OWSLib read, behind the same login.

- which addresses there are       -> ``routes.py``
- what the documents say          -> ``documents.py``, ``openapi.py``
- in which coordinates            -> ``reference.py``
- which features a request means  -> ``asked.py``, ``items.py``
- how a feature is written        -> ``encoding.py``

OGC 17-069r4 (Part 1: Core), 18-058r1 (Part 2: Coordinate Reference Systems by Reference), 19-079r2 (queryables).
"""
