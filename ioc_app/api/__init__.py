"""The HTTP interface of ``docs/interfaces.md``: one file a resource, all reads, all JSON but the tiles."""
