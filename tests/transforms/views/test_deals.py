"""The page of deals: what is stuck, and what that is worth."""

from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.views.builders import inputs
from tests.transforms.views.builders_pipeline import deals
from tests.transforms.views.builders_plan import plan
from transforms.views import PackView, pack_view
from transforms.views.cells import Figure, Sentence, Text
from transforms.views.model import Table


def headline(*, is_late: bool = True, is_waiting: bool = True) -> Sentence:
    days = pl.col("stage_days") if is_late else pl.lit(1).cast(pl.Int64).alias("stage_days")
    contracts = plan()["contract"]
    view = pack_view(
        inputs(
            open_deal=deals().with_columns(days),
            contract=contracts if is_waiting else contracts.clear(),
        )
    )
    return next(page.headline for page in view.pages if page.code == "deals")


def test_d30_net_deals_and_gross_contracts_are_not_added_up() -> None:
    late = deals().filter(pl.col("stage_days") > 30)
    cells = dict(headline().cells)
    assert headline().kind == "deals_overdue_and_waiting"
    assert cells["overdue"] == Figure(Decimal(late.height))
    assert cells["value"] == Figure(sum(late["amount"], Decimal(0)), "money")
    assert cells["gross"] == Figure(sum(plan()["contract"]["amount"], Decimal(0)), "money")


@pytest.mark.parametrize(
    ("is_late", "is_waiting", "kind"),
    [
        pytest.param(True, False, "deals_overdue", id="no contract waits"),
        pytest.param(False, True, "deals_waiting", id="no deal is late"),
        pytest.param(False, False, "deals_on_time", id="neither"),
    ],
)
def test_the_headline_says_nothing_of_what_there_is_none_of(
    *, is_late: bool, is_waiting: bool, kind: str
) -> None:
    assert headline(is_late=is_late, is_waiting=is_waiting).kind == kind


def test_a_rep_who_has_left_keeps_a_name() -> None:
    """E999 was in the team until October; the deal is still in that name."""
    given = inputs()
    left = (
        given.tables["assignment"]
        .head(1)
        .with_columns(
            rep_id=pl.lit("E999"),
            rep_name=pl.lit("何倩倩"),
            team=pl.lit("华东二部"),
            valid_to=pl.date(2026, 10, 31),
        )
    )
    assignments = pl.concat(
        [given.tables["assignment"], left.select(given.tables["assignment"].columns)]
    )
    own = deals().with_columns(
        pl.when(pl.col("team") == "华东二部").then(pl.lit("E999")).otherwise("rep").alias("rep")
    )
    view = pack_view(inputs(assignment=assignments, open_deal=own), "team", "华东二部")
    assert _reps(view) == {"何倩倩"}


def _reps(view: PackView) -> set[str | None]:
    """Names in the tables of deals."""
    tables = [
        block
        for page in view.pages
        for block in page.blocks
        if isinstance(block, Table) and block.code in {"overdue_deals", "top_deals"}
    ]
    found = set()
    for table in tables:
        place = [column.code for column in table.columns].index("rep")
        found |= {cell.text for row in table.rows if isinstance(cell := row[place], Text)}
    return found
