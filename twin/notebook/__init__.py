"""A campus in a Python session: ``twin.open(folder)`` and ``twin.connect(url)`` give the same ``Campus``.

- what can be asked and done        -> ``campus.py``
- a layer, chosen step by step      -> ``layer.py``
- how a folder answers, how a server -> ``folder.py``, ``server.py``; what both must be able to do: ``source.py``
- a layer that is written back      -> ``deriving.py``
"""
