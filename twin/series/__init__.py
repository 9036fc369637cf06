"""Readings that come as files: imported as history (``importing``), or dropped into a watched folder (``drop``)."""
