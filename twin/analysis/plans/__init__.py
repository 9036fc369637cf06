"""The plan of a storey: a horizontal cut through its meshes, rooms, doors and devices, in scene x and y."""
