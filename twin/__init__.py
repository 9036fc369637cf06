"""The campus twin: from survey files to one layered 3D campus.

Where to start, by what you want to do:

- read a new file format        -> ``twin/readers/base.py``, then any file beside it
- say what a layer means        -> ``layers/`` (one file per layer)
- follow a build                -> ``twin/build/``
- ask a finished campus         -> ``twin/store/campus.py``
- say what a screen shows       -> ``twin/screens/shipped/`` and ``docs/screens.md``
- see the shapes parts share    -> ``twin/model/``
"""

__version__ = "0.1.0"
