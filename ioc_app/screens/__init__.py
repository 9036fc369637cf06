"""The panels of one-map screens: answers drawn as charts and lists beside the campus.

``callbacks.register`` wires them, ``layout.panel_slots`` places them."""
