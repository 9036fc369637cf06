"""Hourly energy of a meter, whatever it sends: a counter, what each interval used, or power."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from twin.errors import NoEnergyPointError

if TYPE_CHECKING:
    import pandas

HOUR: Final = timedelta(hours=1)
# the quantity of a point -> what of its hours is energy; of a device the first that it has
COUNTER, DELTA, POWER = "counter", "delta", "gauge"
QUANTITIES: Final = ("energy", "power")
_KWH: Final = {
    "kW.h": 1.0,
    "W.h": 0.001,
    "MW.h": 1000.0,
    "kW": 1.0,
    "W": 0.001,
    "MW": 1000.0,
    "MJ": 1 / 3.6,
    "GJ": 1000 / 3.6,
}


def energy_point(points: pandas.DataFrame, subject: str) -> tuple[str, str, float]:
    """The point that tells the energy of ``subject`` (a point or a device), its kind, and kWh a unit.

    Raises NoEnergyPointError.
    """
    rows = points[points.index == subject] if subject in points.index else points[points["device_code"] == subject]
    for quantity in QUANTITIES:
        found = rows[(rows["quantity"] == quantity) & rows["unit"].isin(list(_KWH))]
        if len(found):
            return str(found.index[0]), str(found["kind"].iloc[0]), _KWH[found["unit"].iloc[0]]
    raise NoEnergyPointError(subject=subject)


def hourly_kwh(hours: pa.Table, kind: str, kwh_a_unit: float, timezone: str) -> pandas.Series[float]:
    """Energy of every hour from the first to the last, NaN where it is not known; the index is campus-local.

    ``hours`` as ``Source.readings`` gives them by hour. A counter's hour is what it added since the hour before; a
    reset, and an hour after a gap, are not known. Of power it is the mean.
    """
    import pandas

    frame = hours.to_pandas().set_index("from_at").sort_index()
    if kind == COUNTER:
        used = frame["last"].diff()
        used[(used < 0) | (frame.index.to_series().diff() != HOUR)] = float("nan")
    else:
        used = frame["mean"] * frame["count"] if kind == DELTA else frame["mean"]
    if len(used):
        used = used.reindex(pandas.date_range(used.index[0], used.index[-1], freq="h"))
    found: pandas.Series[float] = (used.astype(float) * kwh_a_unit).rename("energy_kwh")
    return found.tz_convert(timezone)
