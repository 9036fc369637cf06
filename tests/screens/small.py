"""One small screen and its KPIs, as a campus would write them, and the names that they may use."""

from __future__ import annotations

from functools import cache

from layers import registry
from twin.model.feature import table_schema
from twin.screens.checks import Known

KPIS = """[[kpis]]
id = "meters.power_now"
title = { zh = "当前功率", en = "Power now" }
unit = "kW"
owner = { zh = "能源管理科", en = "Energy office" }
formula = { zh = "各电表最新功率之和", en = "Sum of the newest power of every meter" }
needs = ["quantity:power"]
sql = '''
SELECT sum(value) AS value, count(*) AS samples, min(observed_at) AS true_at
FROM latest WHERE quantity = 'power' AND NOT stale
'''
rows_sql = '''
SELECT p.feature_id, l.device_code, l.value, l.observed_at
FROM latest l JOIN points p USING (point_id) WHERE l.quantity = 'power' ORDER BY l.value DESC
'''

[[kpis]]
id = "meters.silent"
title = { zh = "失联电表", en = "Silent meters" }
owner = { zh = "能源管理科", en = "Energy office" }
formula = { zh = "超时未上报的电表数", en = "Meters that are past their time" }
direction = "lower"
target = 0
sql = "SELECT count(*) AS value FROM latest WHERE quantity = 'power' AND stale"
rows_sql = "SELECT device_code, last_value, observed_at FROM latest WHERE quantity = 'power' AND stale"
"""

SCREEN = """id = "meters"
order = 40
title = { zh = "电表一张图", en = "Meters" }
question = { zh = "每栋楼现在用多少电？", en = "How much does each building draw now?" }
accent = "green"
icon = "bolt"
kpis = ["meters.power_now", "meters.silent"]
event_types = ["meter.*"]

[map]
layers = { buildings = 1, terrain = 0.4 }
devices = ["electricity_meter"]

[map.colour]
layer = "buildings"
title = { zh = "功率", en = "Power" }
unit = "kW"
sql = '''
SELECT p.building_id AS feature_id, sum(l.value) AS value
FROM latest l JOIN points p USING (point_id) WHERE l.quantity = 'power' GROUP BY 1
'''
steps = [
  { below = 50, title = { zh = "低", en = "low" }, colour = "good" },
  { below = 1000, title = { zh = "高", en = "high" }, colour = "poor" },
]

[[panels]]
id = "by_building"
kind = "ranking"
side = "left"
title = { zh = "{buildings} 栋楼在用电", en = "{buildings} buildings draw power" }
title_sql = "SELECT count(DISTINCT building_id) AS buildings FROM points WHERE quantity = 'power'"
unit = "kW"
sql = '''
SELECT b.name AS label, sum(l.value) AS value, b.feature_id
FROM latest l JOIN points p USING (point_id) JOIN buildings b ON b.feature_id = p.building_id
WHERE in_place($place, p.building_id, p.storey_id, p.space_id, p.zone_id)
GROUP BY ALL ORDER BY value DESC
'''

[[panels]]
id = "day"
kind = "trend"
side = "left"
title = { zh = "今日功率", en = "Power today" }
window = "day"
sql = '''
SELECT local(from_at) AS "at", sum(mean) AS value FROM hours
WHERE quantity = 'power' AND from_at BETWEEN $from AND $at GROUP BY 1 ORDER BY 1
'''

[[panels]]
id = "open"
kind = "table"
side = "right"
title = { zh = "电表告警", en = "Alarms of meters" }
sql = '''
SELECT title_zh, title_en, level, raised_at, alarm_id, feature_id FROM alarms
WHERE active AND raised_at >= local_day($at) ORDER BY rank DESC
'''
[[panels.columns]]
name = "title"
title = { zh = "告警", en = "Alarm" }
[[panels.columns]]
name = "raised_at"
title = { zh = "时间", en = "Since" }
as = "time"
"""


@cache
def known() -> Known:
    """Every layer of the program, and a city model that is shown beside."""
    return Known.of({name: table_schema(one) for name, one in registry().items()}, ["city"])
