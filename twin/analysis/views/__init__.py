"""Who sees what: start with ``viewshed`` (a grid), ``cameras`` (outdoors), ``coverage`` (indoors, in plan)."""
