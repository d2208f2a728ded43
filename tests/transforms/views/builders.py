"""A small company: 12 teams, the usual metrics, a year of weeks, three cases."""

import polars as pl

from tests.transforms.views.builders_cases import cases
from tests.transforms.views.builders_customers import customers
from tests.transforms.views.builders_forecast import forecast
from tests.transforms.views.builders_metrics import metric_history, metric_values
from tests.transforms.views.builders_operations import operations
from tests.transforms.views.builders_pipeline import bridge, deals, funnel, win_rates
from tests.transforms.views.builders_plan import plan
from tests.transforms.views.frames import WEEK
from transforms.catalogue import CATALOGUE
from transforms.parameters import Parameters, Stage
from transforms.views import PackInputs


def inputs(**replaced: pl.DataFrame) -> PackInputs:
    """The whole company; a table can be replaced by name."""
    tables = {
        "metric_value": metric_values(),
        "metric_history": metric_history(),
        "funnel_stage": funnel(),
        "win_rate": win_rates(),
        "pipeline_bridge": bridge(),
        **forecast(),
        "open_deal": deals(),
        **customers(),
        **cases(),
        **plan(),
        **operations(),
        **replaced,
    }
    return bare_inputs(**tables)


def bare_inputs(**tables: pl.DataFrame) -> PackInputs:
    """A company of which only the given tables exist."""
    stages = tuple(
        Stage(name, position=place, allowed_days=30)
        for place, name in enumerate(("线索挖掘", "需求确认", "方案呈现", "谈判"), 1)
    )
    return PackInputs(
        company="示例装备",
        currency="CNY",
        parameters=Parameters(WEEK, stages=stages),
        catalogue=CATALOGUE,
        tables=tables,
    )
