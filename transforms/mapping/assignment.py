"""The best one-to-one match of two lists."""

from collections.abc import Sequence
from dataclasses import dataclass


def best_match(scores: Sequence[Sequence[float]]) -> list[int | None]:
    """Give each row the column that makes the total highest; no pair of score 0 is matched.

    The Hungarian method with potentials: exact, and quick for some hundred rows.

    >>> best_match([[0.9, 0.8], [0.9, 0.1]])
    [1, 0]
    >>> best_match([[0.0, 0.0], [0.5, 0.0]])
    [None, 0]
    """
    rows = len(scores)
    width = max((len(row) for row in scores), default=0)
    columns = width + rows  # so many columns of score 0 that every row may stay without a match
    padded = [[*row, *[0.0] * (columns - len(row))] for row in scores]
    state = _State(padded, [0.0] * (rows + 1), [0.0] * (columns + 1), [0] * (columns + 1))
    for row in range(1, rows + 1):
        state.place(row)
    found: list[int | None] = [None] * rows
    for column, row in enumerate(state.holder[1:]):
        if row and padded[row - 1][column] > 0:
            found[row - 1] = column
    return found


@dataclass
class _State:
    """Rows and columns count from 1; 0 stands for none."""

    scores: list[list[float]]
    of_row: list[float]
    of_column: list[float]
    holder: list[int]
    """Column → the row that has it."""

    def place(self, row: int) -> None:
        """Give a row its column, moving others where that costs least."""
        self.holder[0] = row
        way = self._way()
        column = way[0]
        while column:
            before = way[column]
            self.holder[column] = self.holder[before]
            column = before

    def _way(self) -> list[int]:
        """Find the cheapest chain of moves; its last column stands at place 0."""
        size = len(self.holder)
        least, way, used = [float("inf")] * size, [0] * size, [False] * size
        column = 0
        while self.holder[column]:
            used[column] = True
            row = self.holder[column]
            free = [other for other in range(1, size) if not used[other]]
            for other in free:
                cost = -self.scores[row - 1][other - 1] - self.of_row[row] - self.of_column[other]
                if cost < least[other]:
                    least[other], way[other] = cost, column
            following = min(free, key=least.__getitem__)
            self._shift(least[following], least, used)
            column = following
        way[0] = column
        return way

    def _shift(self, step: float, least: list[float], used: list[bool]) -> None:
        for other, is_used in enumerate(used):
            if is_used:
                self.of_row[self.holder[other]] += step
                self.of_column[other] -= step
            else:
                least[other] -= step
