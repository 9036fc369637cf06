"""Everything that a campus says about its incidents, read together: what opens, how long, who is sent, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.live.incidents.dispatch import Dispatcher, load_dispatch
from twin.live.incidents.duty import Duty
from twin.live.incidents.plans import Plans, load_plans
from twin.live.incidents.register_turns import RegisterTurn
from twin.live.incidents.roster import DutySettings
from twin.live.incidents.settings import IncidentSettings, SlaSettings
from twin.live.incidents.shipped import load_over
from twin.live.incidents.state import IncidentState
from twin.live.rules.calendar import Calendar


@dataclass(frozen=True)
class IncidentSetup:
    """In force together, exchanged together."""

    settings: IncidentSettings
    sla: SlaSettings
    duty: Duty
    dispatcher: Dispatcher
    plans: Plans

    def propose(self, state: IncidentState, now_us: int) -> dict[str, Any] | None:
        """Whom to send to an incident as things are now, which may be another than when it was opened."""
        return self.dispatcher.propose(state.kind, state.level, state.place, now_us, state.limits)

    def of_kind(self, kind: str) -> dict[str, Any]:
        """What an incident of a kind carries: its title, limits and plan. KeyError where nobody knows the kind."""
        plan = self.plans.of(kind)
        return {
            "kind": kind,
            "kind_title": self.settings.kinds[kind].title.model_dump(),
            "sla": self.sla.to_dict(kind),
            "plan": plan.to_dict() if plan else None,
        }

    @property
    def unverified(self) -> bool:
        """Whether a number is in force that nobody answers for yet."""
        return self.settings.unverified or self.sla.unverified


# the files of ``config/`` that it is read from, and the folder
FILES = ("incidents.toml", "sla.toml", "duty.toml", "dispatch.toml", "plans")


def load_setup(
    config: Path | None,
    timezone: str,
    names: Mapping[str, str] | None = None,
    calendar: Calendar | None = None,
    registered: Sequence[RegisterTurn] = (),
) -> IncidentSetup:
    """From ``config/`` of a campus; None for what comes with the program. ``names`` are those of zones and buildings,
    ``registered`` the turns of the register of rosters.

    Raises ConfigMistakesError.
    """
    settings = load_over(config, "incidents.toml", IncidentSettings)
    on_days = calendar or Calendar(timezone=timezone)
    duty = Duty(load_over(config, "duty.toml", DutySettings), timezone, on_days, registered)
    titles = {kind: one.title for kind, one in settings.kinds.items()}
    dispatcher = Dispatcher(load_dispatch(config), duty, titles, names)
    return IncidentSetup(settings, load_over(config, "sla.toml", SlaSettings), duty, dispatcher, load_plans(config))
