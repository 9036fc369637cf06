"""Invented registers of what lies underground: findings of inspections, repairs, permits to dig."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from geodata.demo.networks import PipeLink, PipeNetwork
from geodata.demo.register_rows import Rows, days_from, delivered, write_register, zone_id
from geodata.demo.surveys import zone_of, zone_polygons

# prefix of the network: class of the layer, rule that it was inspected by, defects, how many
INSPECTED: Final = {
    "YS": ("drainage", "CJJ 181-2012", ("破裂", "变形", "错口", "沉积", "树根", "渗漏"), 26),
    "WS": ("drainage", "CJJ 181-2012", ("破裂", "腐蚀", "脱节", "沉积", "结垢", "渗漏"), 24),
    "JS": ("water_supply", "CJJ 159-2011", ("漏水点", "阀门锈蚀", "接口渗水"), 14),
    "RQ": ("gas", "CJJ/T 215-2014", ("防腐层破损", "阀门微漏"), 5),
    "RL": ("heat", "CJJ 203-2013", ("保温破损", "补偿器渗漏"), 8),
}
GRADE_SHARES: Final = (0.44, 0.32, 0.17, 0.07)  # 1 light … 4 grave
CLOSED: Final = 0.68
DUE_DAYS: Final = (180, 90, 30, 7)  # by grade
DRAIN_REPAIRS: Final = ("点状修复", "局部开挖更换", "清淤")
PRESSURE_REPAIRS: Final = ("更换阀门", "局部开挖更换", "更换接口")
# name, network, begins, ends, reinstated so many days from the delivery, depth
DIGS: Final = (
    ("给水支管更换", "JS", -6, 14, None, 1.6), ("通信人孔扩建", "TX", -12, 20, None, 2.0),
    ("污水管局部开挖修复", "WS", -3, 9, None, 3.4), ("热力补偿器井改造", "RL", -40, -8, None, 2.2),
    ("雨水篦更新", "YS", -75, -60, -58, 1.2), ("电缆沟盖板更换", "DL", -130, -118, -115, 1.0),
    ("燃气阀井维修", "RQ", 10, 24, None, 1.7),
)  # fmt: skip
CONTRACTOR: Final = "WB-09"


@dataclass(frozen=True)
class _Finding:
    key: str
    feature: str
    pipe_class: str
    rule: str
    defect: str
    grade: int
    found_on: date
    closed_on: date | None

    def row(self) -> tuple[Any, ...]:
        due_on = date.fromordinal(self.found_on.toordinal() + DUE_DAYS[self.grade - 1])
        return (self.key, self.feature, self.pipe_class, self.rule, self.defect, self.grade, self.found_on, due_on,
                self.closed_on)  # fmt: skip


def write_underground(folder: Path, networks: list[PipeNetwork], rng: np.random.Generator) -> None:
    """pipe_findings, pipe_repairs, excavations."""
    found = list(_findings(networks, rng))
    write_register(folder, "pipe_findings", [one.row() for one in found])
    write_register(folder, "pipe_repairs", _repairs(networks, found, rng))
    write_register(folder, "excavations", _excavations(networks, rng))


def _findings(networks: list[PipeNetwork], rng: np.random.Generator) -> Iterator[_Finding]:
    number = 0
    for network in networks:
        pipe_class, rule, defects, count = INSPECTED.get(network.plan.prefix, ("", "", (), 0))
        for k in rng.choice(len(network.links), count, replace=False) if count else ():
            number += 1
            grade = int(rng.choice(4, p=GRADE_SHARES)) + 1
            age = rng.uniform(3, 700)
            ends = age - rng.uniform(0.2, 1.3) * DUE_DAYS[grade - 1]
            closed_on = days_from(-ends) if ends > 0 and rng.random() < CLOSED else None
            defect = str(defects[rng.integers(len(defects))])
            feature = _link_id(network, network.links[int(k)])
            yield _Finding(f"QX-{number:03d}", feature, pipe_class, rule, defect, grade, days_from(-age), closed_on)


def _repairs(networks: list[PipeNetwork], found: list[_Finding], rng: np.random.Generator) -> Rows:
    """What closed the graver findings, and repairs that no inspection had asked for."""
    rows: list[tuple[str, str, date, str | None]] = [
        (one.feature, one.pipe_class, one.closed_on, one.key) for one in found if one.closed_on and one.grade > 1
    ]
    for network in networks:
        pipe_class = INSPECTED.get(network.plan.prefix, ("",))[0]
        for k in rng.choice(len(network.links), 3, replace=False) if pipe_class else ():
            feature = _link_id(network, network.links[int(k)])
            rows.append((feature, pipe_class, days_from(-rng.uniform(5, 1400)), None))
    for n, (feature, pipe_class, done_on, finding) in enumerate(sorted(rows, key=lambda one: (one[2], one[0])), 1):
        kinds = DRAIN_REPAIRS if pipe_class == "drainage" else PRESSURE_REPAIRS
        kind = kinds[rng.integers(len(kinds))]
        yield (f"WX-G{n:03d}", feature, pipe_class, kind, done_on, round(float(rng.uniform(1200, 36_000)), -1),
               CONTRACTOR, finding)  # fmt: skip


def _excavations(networks: list[PipeNetwork], rng: np.random.Generator) -> Rows:
    zones, by_prefix = zone_polygons(), {one.plan.prefix: one for one in networks}
    for n, (name, prefix, begins, ends, reinstated, depth_m) in enumerate(DIGS, 1):
        links = [one for one in by_prefix[prefix].links if zone_of(one.start.u, one.start.v, zones)]
        link = links[int(rng.integers(len(links)))]
        zone = zone_id(zone_of(link.start.u, link.start.v, zones))
        done_on = None if reinstated is None else days_from(reinstated)
        yield (f"KW-{delivered().year}-{n:03d}", zone, _link_id(by_prefix[prefix], link), name, CONTRACTOR, depth_m,
               days_from(begins), days_from(ends), done_on)  # fmt: skip


def _link_id(network: PipeNetwork, link: PipeLink) -> str:
    return f"link:{network.plan.workbook}:{link.start.number}--{link.end.number}"
