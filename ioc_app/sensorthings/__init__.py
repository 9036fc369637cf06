"""OGC SensorThings API 1.1 (18-088), read only: devices, points and readings for programs that know it.

- which addresses there are          -> ``routes.py``, ``address.py``
- what the entities are              -> ``kinds.py``, ``catalogue.py``, ``streams.py``, ``shapes.py``
- what a request asks                -> ``asked.py``; ``words.py``, ``filters.py`` for ``$filter``
- which entities that means          -> ``evaluate.py``, ``choosing.py``
- which readings                     -> ``windows.py``, ``observations.py``, ``twin/store/reading_pages.py``
- how they are written               -> ``answers.py``, ``documents.py``

A filter is evaluated in Python; no text of a request becomes SQL.
"""
