"""What lies under the demo campus, as data: one entry a network, where it runs in the road and how deep.

Lateral offsets keep the networks apart along a road, depth bands keep them apart where a service crosses a trunk:
telecom, power, gas, water, heat, storm, sewage from the top down (clearances of GB 50289), the utility tunnel below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Network:
    """``offset_m``: from the road's middle, positive outwards of the ring or north. ``depth_m``: crown or invert."""

    prefix: str  # of point numbers
    workbook: str
    class_digit: int
    subclass: str  # two digits
    offset_m: float
    depth_m: float
    gravity: bool
    section: str  # of trunks, mm
    service_section: str
    material: str
    burial: str
    owner: str
    pressure: str | None = None
    voltage: str | None = None
    ducts: int | None = None
    shaft: str = "检查井"
    spacing_m: float = 35.0
    year: int = 2012
    serves: tuple[str, ...] = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08")


NETWORKS: Final = (
    Network("TX", "TX", 6, "03", 7.4, 0.52, False, "200X100", "200X100", "PVC", "管块", "示范通信公司（虚构）",
            ducts=6, shaft="人孔", year=2016),
    Network("DL", "DL", 5, "01", -7.4, 0.77, False, "400X120", "300X120", "铜", "管块", "示范供电公司（虚构）",
            voltage="10kV", ducts=8, shaft="手孔", year=2012, spacing_m=25.0),
    Network("RQ", "RQ", 3, "03", 6.0, 1.10, False, "110", "63", "PE", "直埋", "示范燃气公司（虚构）",
            pressure="0.2MPa", shaft="阀门井", year=2014, serves=("B04", "B07")),
    Network("JS", "JS", 1, "04", -6.0, 1.36, False, "200", "100", "球墨", "直埋", "示范水务公司（虚构）",
            pressure="0.4MPa", shaft="阀门井", year=2012),
    Network("RL", "RL", 4, "01", -9.0, 1.72, False, "250", "150", "钢", "直埋", "园区能源站（虚构）",
            pressure="1.0MPa", shaft="阀门井", year=2018),
    Network("YS", "PS", 2, "01", 1.5, 2.55, True, "400", "300", "混凝土", "直埋", "园区物业（虚构）", year=2011),
    Network("WS", "PS", 2, "02", -1.5, 3.15, True, "300", "200", "PVC", "直埋", "园区物业（虚构）", year=2011),
    Network("QT", "QT", 8, "01", 0.0, 5.2, False, "2000X2200", "2000X2200", "混凝土", "综合管廊", "园区能源站（虚构）",
            shaft="检查井", year=2018, spacing_m=40.0, serves=()),
)  # fmt: skip

MIN_SLOPE: Final = 0.0035
GULLY_DEPTH_M: Final = 0.95

# where the services of a building leave it: a point on its face, the direction along the face, the direction outwards
SERVICES: Final[dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]]] = {
    "B01": ((32.0, 38.0), (1.0, 0.0), (0.0, -1.0)),
    "B02": ((-172.0, -84.0), (0.0, 1.0), (-1.0, 0.0)),
    "B03": ((172.0, -84.0), (0.0, 1.0), (1.0, 0.0)),
    "B04": ((-166.0, 37.0), (1.0, 0.0), (0.0, -1.0)),
    "B05": ((142.0, 32.0), (1.0, 0.0), (0.0, -1.0)),
    "B06": ((138.0, 134.0), (1.0, 0.0), (0.0, 1.0)),
    "B07": ((181.0, 187.0), (0.0, 1.0), (-1.0, 0.0)),
    "B08": ((-166.0, 136.0), (1.0, 0.0), (0.0, 1.0)),
}
SERVICE_PITCH_M: Final = 3.0

# where each network meets the city: straight south from the ring at this u
CITY_U: Final = {"JS": -17.0, "RQ": 17.0, "DL": -19.5, "TX": 19.5, "YS": 1.5, "WS": -1.5}
CITY_V: Final = -330.0

TUNNEL: Final = ((181.0, 208.0), (152.5, 208.0), (152.5, 139.0), (50.0, 139.0), (50.0, 108.0))
