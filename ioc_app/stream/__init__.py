"""Out to the screens: one socket a browser, batches of 100 ms encoded once and shared by all (``hub``).

``frames`` says what is on the wire, ``client`` what waits for one browser, ``socket`` is the route.
"""
