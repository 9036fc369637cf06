"""Ids of Dash components, each written once."""

from typing import Final

PAGE: Final = "page"
CAMPUS: Final = "campus"
SCREEN: Final = "screen"  # the ScreenFrame: what is shown
SCREEN_HEAD: Final = "screen-head"
SCREEN_LEFT: Final = "screen-left"
SCREEN_STAGE: Final = "screen-stage"
SCREEN_RIGHT: Final = "screen-right"
# the outer sides of a wall of six panels by three: those of a second screen
SCREEN_LEFT_OUTER: Final = "screen-left-outer"
SCREEN_RIGHT_OUTER: Final = "screen-right-outer"
SCREEN_TABS: Final = "screen-tabs"
SCREEN_TIME: Final = "screen-time"
SCREEN_TICKER: Final = "screen-ticker"
