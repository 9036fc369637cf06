"""Rules: data that says when something asks for action.

- what a rule may say           -> ``settings.py``; how files become rules: ``files.py``, ``book.py``
- what was said before, and back -> ``history.py``
- where devices are             -> ``places.py``, from a finished build ``campus_places.py``
- how rules are judged          -> ``engine.py``, then ``track.py`` (one rule at one point, in event time)
- which track follows what      -> ``tracks.py``; on to other rules: ``carrying_over.py``
"""
