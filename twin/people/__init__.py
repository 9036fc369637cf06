"""Who may come in, what each may do, and what each did.

``roles`` is the one table of who may do what; ``accounts``, ``sessions``, ``keys``, ``kiosks`` and ``links`` are the
ways in, kept in ``<campus>/people/people.sqlite``; ``audit`` is the chained log of acts. Nothing here knows HTTP.
"""
