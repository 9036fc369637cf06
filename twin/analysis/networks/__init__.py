"""Pipe networks: whence it comes, what a burst takes with it, who is without service.

``graph.PipeNetwork.of(table)`` makes the network of a layer table; ``trace.trace``, ``isolation.isolate`` and
``service.without_service`` ask it. Words of survey tables are data: ``terms.toml``.
"""
