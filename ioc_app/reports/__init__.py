"""Duty reports: a day, week or month on paper, from the journal and the dictionary of KPIs.

``period.py`` says from when to when, ``figures.py`` (KPIs, panels), ``cases.py`` and ``alarms.py`` what happened,
``verdict.py`` the sentences at the top, ``document.py`` the page, ``kept.py`` those that were handed over.
"""
