"""Screens on walls: how each is set up, and what somebody at a desk has sent to it."""
