"""Words that sources use for classes, and the class of ours they mean. Compared by ``aliases.normalise``."""

from __future__ import annotations

from typing import Final

SURFACE_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("road", "roads", "driveway", "lane", "street", "major", "local", "vehicular", "道路", "车行道"), "road"
    ),
    **dict.fromkeys(
        ("path", "pedestrian", "footway", "sidewalk", "trail", "stairs", "ramp", "步道", "人行道", "台阶"), "path"
    ),
    **dict.fromkeys(("parking", "carpark", "停车场", "停车位"), "parking"),
    **dict.fromkeys(("plaza", "square", "patio", "广场"), "plaza"),
    **dict.fromkeys(("green", "grass", "lawn", "garden", "park", "softscape", "绿地", "草地", "花坛"), "green"),
    **dict.fromkeys(
        (
            "water",
            "waterfeature",
            "waterfeatures",
            "municipalwaterfeatures",
            "pond",
            "fountain",
            "水体",
            "水面",
            "喷泉",
        ),
        "water",
    ),
    **dict.fromkeys(("sport", "court", "pitch", "field", "track", "athletics", "运动场", "球场", "操场"), "sport"),
    **dict.fromkeys(("tree", "trees", "campustrees", "乔木", "树木", "行道树"), "tree"),
    **dict.fromkeys(("hedge", "hedges", "绿篱"), "hedge"),
    **dict.fromkeys(("lamp", "lamps", "streetlamp", "streetlight", "light", "路灯"), "lamp"),
    **dict.fromkeys(("cover", "manholecover", "井盖"), "cover"),
    **dict.fromkeys(("bench", "benches", "座椅"), "bench"),
    **dict.fromkeys(("fence", "bollard", "bollards", "barrier", "围栏", "护栏", "隔离桩"), "fence"),
    **dict.fromkeys(("wall", "retainingwall", "围墙", "挡墙"), "wall"),
    **dict.fromkeys(("entrance", "entrances", "entraces", "buildingentrances", "出入口", "大门"), "entrance"),
    **dict.fromkeys(("poi", "pointofinterest", "兴趣点"), "poi"),
    **dict.fromkeys(("other", "其他"), "other"),
}

DEVICE_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("camera", "cctv", "摄像机", "摄像头", "监控"), "camera"),
    **dict.fromkeys(("smoke", "smokedetector", "烟感", "烟雾探测器"), "smoke"),
    **dict.fromkeys(("temperature", "温度", "温感", "温度传感器"), "temperature"),
    **dict.fromkeys(("gas", "gasdetector", "可燃气体", "可燃气体探测器"), "gas"),
    **dict.fromkeys(("level", "waterlevel", "液位", "水位", "液位计"), "level"),
    **dict.fromkeys(("pressure", "压力", "压力表"), "pressure"),
    **dict.fromkeys(("electricitymeter", "电表"), "electricity_meter"),
    **dict.fromkeys(("watermeter", "水表"), "water_meter"),
    **dict.fromkeys(("gasmeter", "燃气表"), "gas_meter"),
    **dict.fromkeys(("heatmeter", "热量表", "热表"), "heat_meter"),
    **dict.fromkeys(("parking", "parkingbay", "车位"), "parking"),
    **dict.fromkeys(("door", "门禁"), "door"),
    **dict.fromkeys(("gate", "道闸", "闸机"), "gate"),
    **dict.fromkeys(("hydrant", "消火栓", "消防栓"), "hydrant"),
    **dict.fromkeys(("tank", "水箱", "消防水箱"), "tank"),
    **dict.fromkeys(("queue", "排队", "客流"), "queue"),
    **dict.fromkeys(("charger", "chargingpile", "充电桩"), "charger"),
    **dict.fromkeys(("pv", "photovoltaics", "光伏"), "pv"),
    **dict.fromkeys(("cover", "manholecover", "井盖"), "cover"),
    **dict.fromkeys(("other", "其他"), "other"),
}
