"""Rules over rules: all or any of some rules standing at one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from twin.live.rules.episodes import NEVER, Episode, State
from twin.live.rules.settings import CompositeRule
from twin.live.rules.track import FAILS, HOLDS, Checkpoint, Placed, Track, Voice


class Turn(NamedTuple):
    """A member began (+1) or ceased (-1) to stand at one of its subjects."""

    at_us: int
    step: int
    member: int
    subject: str


class CompositeTrack(Track):
    """One composite at one place. Its samples are the turns of its members' episodes."""

    __slots__ = ("members", "need_all", "turns")
    turns: list[Turn]

    def __init__(self, placed: Placed, voice: Voice) -> None:
        rule = placed.rule
        assert isinstance(rule, CompositeRule)
        super().__init__(placed, voice, rule.delay_s, rule.clear_delay_s)
        self.members: Final = {rule_id: index for index, rule_id in enumerate(rule.of)}
        self.need_all = rule.need == "all"
        self.forget_all()

    def forget_all(self) -> None:
        """As if no member had ever stood."""
        self.turns = []
        self.episodes = []
        self.state = State()
        self.state.counts = (0,) * len(self.members)
        self.checkpoints = [Checkpoint(-NEVER, self.state.copy())]

    def member_changed(self, track: Track) -> None:
        """Take up all episodes of a member that can still change."""
        member, subject = self.members[track.placed.rule.id], track.placed.subject
        settled_us = max(track.base_us, self.base_us)
        before = set(self.turns)
        newest_us = self.turns[-1].at_us if self.turns else self.base_us
        turns = [one for one in self.turns if one.member != member or one.subject != subject or one.at_us <= settled_us]
        kept = {one for one in (*turns, *self._turns_of(track, track.episodes)) if one.at_us > self.base_us}
        self.turns = sorted(kept)
        different = before ^ kept
        if different:
            self.revise(min(one.at_us for one in different), newest_us)

    def recall(self, track: Track, announced: Iterable[Episode]) -> None:
        """Take up what was announced of a member and is settled there: a delay here may be counted from it still."""
        settled = {one for one in self._turns_of(track, announced) if one.at_us <= track.base_us}
        self.turns = sorted(settled.union(self.turns))

    def resume(self, begin_us: int, at_us: int, announced: Sequence[Episode]) -> None:  # noqa: ARG002
        super().resume(-NEVER, at_us, announced)  # only what its members still tell counts, whatever began when
        self.turns = [one for one in self.turns if one.at_us > at_us]  # the others are in the state

    def settle(self, before_us: int) -> None:
        """Take the state after the turns up to then as given."""
        passed = [one for one in self.turns if one.at_us <= before_us]
        if not passed:
            return
        here, self.state = self.state, self.checkpoints[0].state.copy()
        episodes, self.quiet = self.episodes, True
        self.episodes = [self.state.episode] if self.state.episode else []
        self._go_through(passed)
        self.checkpoints.append(Checkpoint(passed[-1].at_us, self.state))
        self.state, self.episodes, self.quiet = here, episodes, False
        self.turns = self.turns[len(passed) :]
        super().settle(before_us)

    def _turns_of(self, track: Track, episodes: Iterable[Episode]) -> Iterator[Turn]:
        member, subject = self.members[track.placed.rule.id], track.placed.subject
        for episode in episodes:
            yield Turn(episode.raised_us, 1, member, subject)
            if episode.cleared_us is not None:
                yield Turn(episode.cleared_us, -1, member, subject)

    def _begin_again(self, at_us: int) -> None:
        """Members may stand for long without another turn."""
        self._weigh_counts(at_us, list(self.state.counts))

    def _replay(self, after_us: int, until_us: int) -> None:
        self._go_through([turn for turn in self.turns if after_us < turn.at_us <= until_us])

    def _go_through(self, turns: list[Turn]) -> None:
        """All turns of one moment count at once: who ceases when another begins was not there together with it."""
        for at_us, together in groupby(turns, key=lambda turn: turn.at_us):
            self.advance(at_us)
            counts = list(self.state.counts)
            for turn in together:
                counts[turn.member] += turn.step
            self._weigh_counts(at_us, counts)

    def _weigh_counts(self, at_us: int, counts: list[int]) -> None:
        state = self.state
        standing = [count > 0 for count in counts]
        state.counts = tuple(counts)
        state.told = ", ".join(name for name, index in self.members.items() if standing[index])
        holds = all(standing) if self.need_all else any(standing)
        self.weigh(at_us, HOLDS if holds else FAILS)
