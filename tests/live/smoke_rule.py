"""The one rule that tests of a running campus go by."""

RULE = """
[[rules]]
id = "smoke"
kind = "threshold"
title = { zh = "烟雾", en = "Smoke" }
alarm_type = "smoke.high"
level = "A"
applies_to = { device_types = ["smoke"], quantities = ["obscuration"] }
unit = "%/m"
above = 5
clear_at = 3
"""
