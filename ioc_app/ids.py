"""Ids of Dash components, each written once."""

from typing import Final

PAGE: Final = "page"
CAMPUS: Final = "campus"
SCREEN: Final = "screen"  # the ScreenFrame: what is shown
