"""Elevation grids, LiDAR points and orthophotos."""
