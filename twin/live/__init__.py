"""Live data: what comes in is on disk before it is acknowledged, and in the history soon after.

Start with ``group_commit.py`` (what a service talks to), ``journal.py`` (the one file it writes) and ``seal.py``
(how the journal becomes history). Reading is ``twin.store.history``.
"""
