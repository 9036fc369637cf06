"""The one middleware that every request and every socket passes (``gate``), and its parts.

``access`` is the table of which route asks for which right; what is not in it needs a login to look at and takes no
writes.
"""
