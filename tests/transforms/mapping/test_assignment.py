"""The best match is the best of all that there are."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.mapping.assignment import best_match

SCORE = st.sampled_from([0.0, 0.0, 0.3, 0.5, 0.8, 0.9, 1.0])


@given(
    scores=st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(SCORE, min_size=width, max_size=width), max_size=4)
    )
)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_no_other_match_has_a_higher_total(scores: list[list[float]]) -> None:
    found = best_match(scores)
    taken = [column for column in found if column is not None]
    assert len(set(taken)) == len(taken)
    total = sum(scores[row][column] for row, column in enumerate(found) if column is not None)
    width = len(scores[0]) if scores else 0
    best = max(
        sum(row[place] for row, place in zip(scores, places, strict=True) if place < width)
        for places in permutations(range(width + len(scores)), len(scores))
    )
    assert abs(total - best) < 1e-9
