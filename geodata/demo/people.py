"""Invented people and units. No one is real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

STAFF_COUNT: Final = 1700
SURNAMES: Final = "林陈黄郑吴叶许施蔡杨洪庄邱苏曾游江柯沈卢"
GIVEN: Final = "榕安溪明远山若川文澜静宜志诚雨桐嘉禾思齐景行云帆海宁清和一鸣子衿知夏书恒"
RANKS: Final = (("正处", 0.03), ("副处", 0.06), ("正科", 0.16), ("副科", 0.20), ("科员", 0.55))
UNITS: Final = (
    "办公室", "综合处", "规划处", "财务处", "人事处", "信息中心", "后勤服务中心", "保卫处", "档案处", "资产管理处",
    "能源管理科", "物业管理科", "餐饮管理科", "车辆管理科", "会务科", "政策研究处", "审计处", "机关党务处", "宣传处",
    "工程处", "应急办", "督查室", "信访接待处", "法规处",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    staff_id: str
    name: str
    unit_id: str
    rank: str


def make_staff(rng: np.random.Generator) -> list[Person]:
    """People whose names are drawn character by character; any likeness is chance."""
    pairs = [GIVEN[k : k + 2] for k in range(0, len(GIVEN) - 1, 2)]
    names, shares = [name for name, _ in RANKS], [share for _, share in RANKS]
    staff = []
    for n in range(1, STAFF_COUNT + 1):
        name = SURNAMES[rng.integers(len(SURNAMES))] + pairs[rng.integers(len(pairs))]
        unit = f"U{rng.integers(len(UNITS)) + 1:02d}"
        staff.append(Person(f"P{n:04d}", name, unit, str(rng.choice(names, p=shares))))
    return staff
