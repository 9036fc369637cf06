"""Where rain stands: ``fill`` (hollows of a grid), ``flow`` (where water runs), ``storm`` (how much stands where)."""
