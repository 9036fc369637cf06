"""Sections through the ground, clearances between pipes, and what a dig would meet. Where to start:

``cross.cross_section`` cuts along any line; ``long.long_section`` follows a chain of pipes; ``drawing.section_svg``
draws either. ``clearance.check_clearance`` and ``cover.check_cover`` hold networks against limits (``limits.toml``);
``dig.check_dig`` says what a pit meets. All take tables as a generation has them, and ``twin.analysis.ground``.
"""
