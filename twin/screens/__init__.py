"""One-map screens as data: which numbers there are (``kpi``), what stands on a screen (``screen``), and their answers.

Files say it, ours beside this code and those of a campus in ``config/kpis`` and ``config/screens``; no screen needs a
line of Python.
"""
