"""Levels 4 and 5 of a chain put together: what is on record, else a question (D-18)."""

from collections.abc import Iterator

from transforms.why.behaviour import Behaviour, behaviours
from transforms.why.causes import question, root_causes
from transforms.why.record import Chain, OnRecord, Row


def evidence(chain: Chain, record: OnRecord, measured: Behaviour) -> Iterator[Row]:
    """Give the rows of levels 4 and 5 of one chain; each level has at least one, if a question."""
    found = ((4, [*behaviours(chain, record, measured)]), (5, root_causes(chain, record)))
    for level, facts in found:
        for position, fact in enumerate(facts or [question(chain, record)], start=1):
            yield {"case_id": chain.case.case_id, "level": level, "position": position, **fact}
