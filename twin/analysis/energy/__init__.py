"""Energy of buildings from their readings.

Readings are a pandas Series of kWh on a regular index with the time zone of the campus, NaN where unknown. Begin with
``clean``; then ``fit_baseline`` (``avoided_use``, ``find_anomalies``), ``forecast`` (``backtest``), ``footprint`` and
``energy_use_intensity``.
"""

from twin.analysis.energy.anomaly import AlarmRate, Anomalies, Episode, alarm_rate, find_anomalies
from twin.analysis.energy.backtest import BacktestReport, Fold, Score, backtest
from twin.analysis.energy.baseline import Baseline, Quality, fit_baseline
from twin.analysis.energy.benchmark import EnergyUse, energy_use_intensity
from twin.analysis.energy.carbon import Footprint, Quantity, footprint
from twin.analysis.energy.cleaning import Cleaned, Removed, clean
from twin.analysis.energy.forecast import Forecast, forecast
from twin.analysis.energy.naive import seasonal_naive
from twin.analysis.energy.savings import AvoidedUse, avoided_use

__all__ = [
    "AlarmRate",
    "Anomalies",
    "AvoidedUse",
    "BacktestReport",
    "Baseline",
    "Cleaned",
    "EnergyUse",
    "Episode",
    "Fold",
    "Footprint",
    "Forecast",
    "Quality",
    "Quantity",
    "Removed",
    "Score",
    "alarm_rate",
    "avoided_use",
    "backtest",
    "clean",
    "energy_use_intensity",
    "find_anomalies",
    "fit_baseline",
    "footprint",
    "forecast",
    "seasonal_naive",
]
