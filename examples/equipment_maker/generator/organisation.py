"""The roster: who sits in which team, and who works an account on a day (D-29)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from generator.days import Days
from generator.people import person_names
from generator.profile import DIRECTOR, TEAMS
from generator.randomness import IntArray, mixed

_QUIET_DAYS: Final = 112
"""No one moves in the last sixteen weeks, so that a planted story is not a staffing story."""
_FOREVER: Final = 10**6


@dataclass(frozen=True)
class Posting:
    """One rep in one team for some time."""

    rep: int
    team: int
    first: int
    last: int
    """`_FOREVER` while still there."""
    joined: int
    left: int | None
    role: str

    @property
    def is_open(self) -> bool:
        """Whether it still lasts."""
        return self.last == _FOREVER


@dataclass(frozen=True)
class Organisation:
    """Reps by number (their position in `names`) and their postings."""

    names: tuple[str, ...]
    postings: tuple[Posting, ...]

    @staticmethod
    def code(rep: int) -> str:
        """Give the staff number of a rep."""
        return f"E{1001 + rep}"

    def working(self, team: int, day: int) -> list[int]:
        """Reps of a team on a day, ascending."""
        return sorted(p.rep for p in self.postings if p.team == team and p.first <= day <= p.last)

    def reps_of(self, teams: IntArray, keys: IntArray, days: IntArray) -> IntArray:
        """Give the rep who works each key (an account, a lead) of a team on a day.

        The choice changes only when the rep leaves the team: each key prefers reps in an order of
        its own, and takes the first one who is there.
        """
        result = np.zeros(len(keys), dtype=np.int64)
        for team in np.unique(teams):
            mine = np.flatnonzero(teams == team)
            postings = [p for p in self.postings if p.team == team]
            changes = sorted({p.first for p in postings} | {p.last + 1 for p in postings})
            part = np.searchsorted(np.array(changes), days[mine], side="right")
            for number in np.unique(part):
                rows = mine[part == number]
                there = np.array(self.working(int(team), int(days[rows[0]])), dtype=np.int64)
                wish = mixed(keys[rows][:, None] * np.ones_like(there), there + 17)
                result[rows] = there[wish.argmax(axis=1)]
        return result


def organise(rng: Generator, days: Days) -> Organisation:
    """Fill the seats of every team; some reps leave, are replaced, or move to another team."""
    postings: list[Posting] = []
    roles = ("高级销售经理", "销售经理", "销售工程师", "销售代表")
    quiet = days.end - _QUIET_DAYS
    number = 0

    def enter(team: int, first: int, joined: int) -> int:
        nonlocal number
        role = roles[int(rng.integers(len(roles)))]
        postings.append(Posting(number, team, first, _FOREVER, joined, None, role))
        number += 1
        return len(postings) - 1

    dawn = int(days.calendar[0])
    for team, profile in enumerate(TEAMS):
        for _ in range(profile.seats):
            hired = dawn - int(rng.integers(30, 2500))
            enter(team, hired, hired)
    movable = [index for index, p in enumerate(postings) if TEAMS[p.team].name not in _STILL]
    for place, index in enumerate(rng.permutation(movable)[:22].tolist()):
        last = int(rng.integers(days.start + 60, quiet - 40))
        gone = postings[index]
        is_transfer = place < 5
        left = None if is_transfer else last
        postings[index] = Posting(
            gone.rep, gone.team, gone.first, last, gone.joined, left, gone.role
        )
        if is_transfer:
            target = (gone.team + 3) % len(TEAMS)
            postings.append(
                Posting(gone.rep, target, last + 1, _FOREVER, gone.joined, None, gone.role)
            )
        hired = last + int(rng.integers(1, 25))
        enter(gone.team, hired, hired)
    managers = (*(team.manager for team in TEAMS), DIRECTOR)
    return Organisation(tuple(person_names(rng, number, managers)), tuple(postings))


_STILL: Final = ("西南部", "西北部")
"""Small teams whose staff does not change."""
