"""Stories planted into generated companies, and how far down a chain the engine finds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

import numpy as np
import polars as pl

from tests.transforms.why.builders import AS_OF, PARAMETERS, QUARTER
from tests.transforms.why.planted_company import Cells, Members, Plant, cells, facts
from transforms.catalogue import CATALOGUE
from transforms.metrics import metric_values
from transforms.parameters import Variances
from transforms.tables.plan import Target
from transforms.why import explain


@dataclass(frozen=True)
class Story:
    """One kind of change: the metric it shows in, its share of that, how large it may be."""

    metric: str
    weight: float
    factors: tuple[float, ...]
    process: tuple[str, tuple[float, ...]] | None = None
    """The process metric that leads it, and by what that is multiplied."""


STORIES: Final[Mapping[str, Story]] = {
    "leads": Story("qualified_leads", 1.0, (0.0, 0.3, 0.5, 1.8, 2.5)),
    "qualification_rate": Story(
        "qualified_leads", 1.0, (0.2, 0.4, 0.6), ("lead_response_hours", (2.5, 4.0))
    ),
    "existing_volume": Story(
        "sales_amount", 0.83, (0.0, 0.3, 0.5, 1.8, 2.5), ("effective_visits", (0.3, 0.5))
    ),
    "existing_price": Story("sales_amount", 0.83, (0.6, 0.7, 0.8, 1.3)),
    "lost_customers": Story("sales_amount", 0.83, (0.0, 0.2)),
    "new_customers": Story("sales_amount", 0.17, (3.0, 5.0)),
    "win_rate": Story("win_rate", 1.0, (0.3, 0.5, 0.7, 1.6), ("proposal_quality", (0.3, 0.5))),
}
DRIVERS: Final[Mapping[str, frozenset[str]]] = {
    "win_rate": frozenset({"rate"}),
    "new_customers": frozenset({"new_opportunities", "opportunities_due", "cohort_conversion"}),
}
"""Codes of the engine for a story, where it is not the story's own."""

METRICS: Final = (
    "leads",
    "lead_response_hours",
    "qualified_leads",
    "effective_visits",
    "proposals",
    "proposal_quality",
    "win_rate",
    "sales_amount",
)
PLACES: Final[tuple[tuple[str, ...], ...]] = (
    ("region", "team", "rep"),
    ("product_line",),
    ("channel",),
    ("segment",),
)
LEAST, MOST, MOST_COVERED = 0.13, 0.6, 0.6
"""Change of the whole, and part of it that lies in the segment."""

NO_TRIGGER: Final = replace(PARAMETERS, variances=Variances(trigger=Decimal("0.0001")))
"""With these every gap starts a chain, so that false alarms can be counted."""


@dataclass(frozen=True)
class Outcome:
    """What was planted, and what the chain of the company's quarter says."""

    plant: Plant
    process: str | None
    is_flagged: bool
    is_noise: bool = False
    driver: str | None = None
    segment: Members | None = None
    behaviour: tuple[tuple[str, int | None], ...] = ()
    """Metrics of level 4 with the weeks that they are looked at before."""

    @property
    def is_driver(self) -> bool:
        """Level 2: the driver that the chain goes down is the one planted."""
        story = self.plant.story or ""
        return self.driver in DRIVERS.get(story, {story})

    @property
    def is_segment(self) -> bool:
        """Level 3: exactly the members planted, no more and no fewer."""
        return self.segment is not None and dict(self.segment) == dict(self.plant.members)

    @property
    def is_behaviour(self) -> bool:
        """Level 4: the process metric that led the change is among those named."""
        return self.process in {metric for metric, _ in self.behaviour}

    @property
    def is_lag(self) -> bool:
        """Level 4: and at the weeks that it leads by."""
        return (self.process, self.plant.lag) in self.behaviour


def outcome(seed: int, story: str | None) -> Outcome:
    """Plant a story, or none, into the company of a seed; explain the company's quarter."""
    random = np.random.default_rng(seed)
    spread = cells(random)
    plant = _plant(random, spread, story)
    while story is not None and plant is None:
        spread = cells(random)
        plant = _plant(random, spread, story)
    kind = STORIES[story] if story else STORIES[list(STORIES)[seed % len(STORIES)]]
    size, noise = random.choice((1.0, 2.0, 4.0)), random.choice((4.0, 10.0, 40.0))
    made = facts(random, plant or Plant(), spread, size, noise)
    parameters = PARAMETERS if story else NO_TRIGGER
    values, history = metric_values(
        made,
        _target(random, made, kind.metric),
        {code: CATALOGUE[code] for code in METRICS},
        parameters,
    )
    catalogue = {code: CATALOGUE[code] for code in METRICS}
    case = (pl.col("metric") == kind.metric) & (pl.col("scope_kind") == "company")
    is_case = case & (pl.col("period_kind") == "qtd")
    others = values.filter(~is_case).with_columns(target_state=pl.lit("no_target"))
    asked = pl.concat([values.filter(is_case), others])
    tables = explain(asked, history, made, {}, catalogue, parameters)
    process = kind.process[0] if kind.process and plant and plant.process != 1.0 else None
    return _read(plant or Plant(), process, tables, kind.metric)


def _plant(random: np.random.Generator, spread: Cells, story: str | None) -> Plant | None:
    """Draw a segment of one to three dimensions in which a change is large enough to matter."""
    if story is None:
        return None
    kind = STORIES[story]
    wanted = int(random.integers(1, 4))
    for attempt in range(300):
        count = max(1, wanted - attempt // 100)
        places: tuple[tuple[str, ...], ...]
        places = PLACES if kind.metric == "win_rate" else PLACES[:3]
        if story == "lost_customers":  # a customer has one rep and one channel, but every line
            places = (PLACES[0], PLACES[2])
        chosen = random.choice(len(places), min(count, len(places)), replace=False)
        names = [str(random.choice(places[each])) for each in sorted(chosen)]
        row = spread.frame.row(int(random.choice(len(spread.size), p=spread.size)), named=True)
        members = {name: row[name] for name in names}
        covered = float(spread.size[spread.inside(members)].sum())
        factor, before = float(random.choice(kind.factors)), 1.0
        if story in {"existing_volume", "leads"} and random.random() < 0.15:
            factor, before = 1.0 + 1e-9, 0.0
        change = kind.weight * covered * abs(factor - before)
        if LEAST <= change <= MOST and covered <= MOST_COVERED:
            lag = int(random.integers(0, 6)) if kind.process else 0
            process = float(random.choice(kind.process[1])) if kind.process else 1.0
            if factor > 1:
                process = 1 / process
            return Plant(story, members, factor, before, lag, process)
    return None


def _target(
    random: np.random.Generator, made: Mapping[str, pl.LazyFrame], metric: str
) -> pl.DataFrame:
    """What a plan from the thirteen weeks before would be, give or take three percent."""
    before = pl.col("occurred_on").is_between(QUARTER - timedelta(91), QUARTER, closed="left")
    days = (AS_OF - QUARTER).days + 1
    name, amount = {
        "sales_amount": ("sale", pl.col("net_amount").cast(pl.Float64).sum() * days / 91),
        "qualified_leads": ("lead_created", pl.col("is_qualified").sum() * days / 91),
        "win_rate": ("deal_closed", pl.col("is_won").mean()),
    }[metric]
    past = float(made[name].filter(before).select(amount).collect().item())
    value = Decimal(repr(round(past * random.uniform(0.97, 1.03), 4)))
    row = {
        "metric": metric,
        "scope_kind": "company",
        "scope": "company",
        "period_start": QUARTER,
        "period_end": AS_OF,
        "target_value": value,
    }
    types = {name: column.dtype for name, column in Target.columns().items()}
    return pl.DataFrame([dict.fromkeys(types) | row], schema=types, orient="row")


def _read(
    plant: Plant, process: str | None, tables: Mapping[str, pl.DataFrame], metric: str
) -> Outcome:
    """Read off the tables what the chain says: its leading driver, that one's segment, level 4."""
    found = tables["variance"].filter(
        pl.col("metric") == metric,
        pl.col("scope_kind") == "company",
        pl.col("period_kind") == "qtd",
    )
    if found.is_empty():
        return Outcome(plant, process, is_flagged=False)
    case = found.row(0, named=True)
    mine = {
        name: table.filter(pl.col("case_id") == case["case_id"]) for name, table in tables.items()
    }
    along = mine["driver"].filter(pl.col("contribution") * case["gap"] > 0)
    largest = along.sort(pl.col("contribution").abs(), descending=True)["driver"].to_list()
    driver = largest[0] if largest else None
    segments = {
        row["driver"]: _members(row)
        for row in mine["segment"].filter(pl.col("position") == 1).iter_rows(named=True)
    }
    level_4 = mine["evidence"].filter(pl.col("level") == 4, pl.col("kind") == "metric")
    return Outcome(
        plant,
        process,
        is_flagged=True,
        is_noise=case["is_within_noise"],
        driver=driver,
        segment=segments.get(driver or "", segments.get("gap")),
        behaviour=tuple(level_4.select("subject", "lag_weeks").iter_rows()),
    )


def _members(row: Mapping[str, str]) -> dict[str, str]:
    return dict(zip(row["dimensions"].split(" × "), row["members"].split(" × "), strict=True))


def segment_f1(outcomes: Iterable[Outcome]) -> float:
    """F1 of exact segments: one planted and at most one said for each case."""
    given = list(outcomes)
    hits = sum(each.is_segment for each in given)
    return 2 * hits / (len(given) + sum(each.segment is not None for each in given))
