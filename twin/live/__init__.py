"""Live data: what comes in is on disk before it is acknowledged, and in the history soon after.

Start with ``group_commit.py`` (what a service talks to), ``journal.py`` (the one file it writes) and ``seal.py``
(how the journal becomes history). Reading is ``twin.store.history``.

Ways in: ``intake.py`` (HTTP, files), ``mqtt/``. What follows from entries: ``rules/`` judges them in event time,
``alarms/`` folds what was decided and what people did. ``running.py`` opens it for the process that serves a campus.
"""
