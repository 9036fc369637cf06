"""Workbooks and CSV files as sheets, and the registers (staff, rooms, leases) that come in them."""
