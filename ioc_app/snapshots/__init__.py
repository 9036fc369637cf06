"""Snapshots: what a campus shows at a moment, or through an interval, as a file that needs neither server nor net."""
