"""Incidents: the case that groups events, alarms and reports, its work orders, clocks, plans, and the shift.

``book`` folds the journal, ``transitions`` says who may do what when, ``acts`` writes it down, ``opener`` opens cases
by itself, ``dispatch`` says who is sent and why, ``measures`` counts.
"""
