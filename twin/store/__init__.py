"""Generations on disk: written once, switched atomically, read by anyone."""
