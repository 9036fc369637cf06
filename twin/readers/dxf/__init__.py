"""Pipe drawings in DXF (CASS, AutoCAD): layers, lines, blocks and texts become nodes and links.

``file`` tells what is on the disk, ``entities`` what GDAL finds in it, ``words`` (and ``layers``) what names and texts
mean, ``placing`` where it lies, ``sorting`` what is a point, a pipe or a text, ``joining`` which points lines run
between, ``labels`` which text stands beside what, ``network`` makes points and lines of it as the pipe tables do, and
``reader`` puts it together.
"""
