"""What a cell stands for in another table: a name, number or e-mail address for a person."""

from collections.abc import Sequence

import polars as pl

from transforms.typing.cells import folded
from transforms.typing.rules import Answers


def answers_of(table: pl.DataFrame, match: Sequence[str], give: str) -> dict[str, str | None]:
    """Give each text of the `match` columns its answer, the text folded, in a fixed order.

    Null where a text has two different answers, so that it is never decided by chance.

    >>> people = pl.DataFrame({"name": ["Li", "Li", "Wu"], "id": ["1", "2", "3"]})
    >>> answers_of(people, ["name", "id"], "id")
    {'1': '1', '2': '2', '3': '3', 'li': None, 'wu': '3'}
    """
    pairs = pl.concat(
        table.select(folded(table.get_column(column)).alias("text"), pl.col(give).alias("answer"))
        for column in match
    )
    known = pairs.filter((pl.col("text") != "") & (pl.col("answer") != ""))
    single = known.group_by("text").agg(
        pl.when(pl.col("answer").n_unique() == 1).then(pl.col("answer").first()).alias("answer")
    )
    return dict(single.sort("text").iter_rows())


def resolved(cells: pl.Series, answers: Answers) -> pl.Series:
    """Put the answer in the place of each cell that has one; the others stay as they are."""
    different = cells.drop_nulls().unique()
    found = folded(different).replace_strict(dict(answers), default=None, return_dtype=pl.String)
    known = pl.DataFrame({"cell": different, "answer": found})
    read = cells.rename("cell").to_frame().join(known, on="cell", how="left", maintain_order="left")
    return read.select(pl.coalesce("answer", "cell")).to_series()
