"""A campus that does not exist, sending as a real one would.

What happens at a moment follows from the seed, the device and the moment alone, so that any rate, a restart and a
second look give the same campus. Where to start: ``scenario.py`` joins everything that is sent in a stretch of time;
``readings.py`` is what devices measure, ``happenings.py`` what people and vehicles do in a day, ``incidents.py`` the
scripts in ``scripts/*.toml``; ``sending.py`` and ``running.py`` send it. Every number is in ``patterns.toml``.
"""
