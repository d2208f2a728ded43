"""`[[playbook]]` of `fupan.toml`: causes that the company knows, and what it does about them."""

from typing import Literal

from pydantic import Field

from flows.settings.base import Settings


class CauseSettings(Settings):
    """One cause of the playbook (D-18)."""

    name: str = Field(min_length=1, description="The cause, in the company's own words")
    cause_class: Literal["strategy", "execution", "external"] = Field(
        description="Whether strategy, execution or something external has to change"
    )
    words: tuple[str, ...] = Field(
        (), max_length=20, description="Words by which a text on record points to the cause"
    )
    countermeasures: tuple[str, ...] = Field(
        (), max_length=20, description="What is done about it; the worksheet offers them"
    )
