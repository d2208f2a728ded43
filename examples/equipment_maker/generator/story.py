"""What a story is: where it can be seen, what explains it, and what the books say about it."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from generator.profile import TEAMS
from generator.randomness import IntArray
from generator.world import World

TEAM: Final = {team.name: number for number, team in enumerate(TEAMS)}


@dataclass(frozen=True)
class Story:
    """What was planted: where it can be seen and what explains it."""

    story: str
    metric: str
    scope_kind: str
    scope: str
    period_kind: str
    driver: str | None
    segment: dict[str, str]
    size: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Planted:
    """A world with the stories told so far, and what the record books say about them."""

    world: World
    stories: tuple[Story, ...] = ()
    events: tuple[tuple[int, int, str, str, str, str], ...] = ()
    """first day, last day, scope kind, scope, description, direction."""
    stock_out: tuple[int, int] | None = None
    """Product line that is out of stock, and since which day."""
    stuck_contract: int | None = None
    """Deal whose contract waits for approval."""

    def told(self, world: World, story: Story, **records: Any) -> "Planted":  # noqa: ANN401 -- any field
        """Add a story."""
        return replace(self, world=world, stories=(*self.stories, story), **records)


def since(world: World, weeks: int) -> int:
    """Position of the first working day of the last `weeks` weeks."""
    return world.days.position(world.days.end - 7 * weeks + 1)


def thinned(rows: IntArray, keep: float) -> IntArray:
    """Rows that go, evenly spread over the given ones, so that the share `keep` stays."""
    number = np.arange(len(rows))
    gone = np.floor((number + 1) * (1 - keep) + 0.5) > np.floor(number * (1 - keep) + 0.5)
    return np.asarray(rows[gone])
