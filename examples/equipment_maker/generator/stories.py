"""The planted stories, in order; each turns a world into one that went another way."""

from collections.abc import Callable
from typing import Final

from generator.stories_process import (
    fabricated_leads,
    proposals_without_fit,
    shallow_rep,
    stuck_contract,
)
from generator.stories_sales import (
    dormant_customers,
    large_new_customers,
    price_cut,
    stock_out,
)
from generator.story import Planted
from generator.world import World

STORIES: Final[tuple[Callable[[Planted], Planted], ...]] = (
    fabricated_leads,
    proposals_without_fit,
    stuck_contract,
    dormant_customers,
    shallow_rep,
    stock_out,
    price_cut,
    large_new_customers,
)


def tell_all(world: World) -> Planted:
    """Plant every story, in order; each leaves what the others touch alone."""
    planted = Planted(world)
    for story in STORIES:
        planted = story(planted)
    return planted
