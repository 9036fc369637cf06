"""A campus as one file that can be signed for: tables, GeoPackage, tilesets, report, dictionary, checksums.

``hand_over`` writes it from a finished generation; no source is read again. The page is docs/handover.md.
"""

from twin.build.handover.package import HandoverReport, Inspect, hand_over

__all__ = ["HandoverReport", "Inspect", "hand_over"]
