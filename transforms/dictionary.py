"""The published contract of the finance file, and its data dictionary, printed from the classes."""

from collections.abc import Mapping
from typing import Final

import dataframely as dy
import polars as pl

from transforms.catalogue import Metric
from transforms.tables import ENTITIES, PAY_ENTITIES
from transforms.tables import columns as c
from transforms.tables.facts import FACTS
from transforms.tables.ops import OPS, Edition
from transforms.tables.quality import QUALITY
from transforms.tables.review import REVIEW, MetricValue


class Lineage(dy.Schema):
    """Where a core row comes from."""

    source = c.text("Source that brought it (sources/<name>.toml)", required=True)
    row_number = c.count("Row in the file, as a person counts it", required=True)
    known_from = c.instant("When the file arrived (UTC)", required=True)
    file_name = c.text("Name of the file")


class Reported(dy.Schema):
    """Which edition says so."""

    week = c.key("Reviewed week")
    edition = dy.Int64(primary_key=True, min=1, description="Edition of that week")


class DataDictionary(dy.Schema):
    """One row per table, and per column of it, of the finance file."""

    table_name = c.key("Table")
    column_name = dy.String(primary_key=True, description="Column; empty for the table itself")
    data_type = c.text("Type", required=True)
    description = c.text("What it holds", required=True)


class MetricDefinition(dy.Schema):
    """One row per metric of the company: what its code is called, and what it counts."""

    metric = c.key("Metric code, as in metric_value")
    title_zh = c.text("Title in Chinese", required=True)
    title_en = c.text("Title in English", required=True)
    definition_zh = c.text("Numerator ÷ denominator in Chinese", required=True)
    definition_en = c.text("Numerator ÷ denominator in English", required=True)
    kind = c.text("result or process", required=True)
    unit = c.text("money, count, share, days, hours, ratio or points", required=True)
    better = c.text("up, down or set: what is better depends", required=True)


_PARTS: Final[dict[str, tuple[type[dy.Schema], ...]]] = {
    **{name: (schema, Lineage) for name, schema in ENTITIES.items() if name not in PAY_ENTITIES},
    **{f"fact_{name}": (schema,) for name, schema in FACTS.items()},
    **{name: (Reported, schema) for name, schema in REVIEW.items()},
    **{name: (schema,) for name, schema in (OPS | QUALITY).items()},
    "metric_value_reported": (Reported, MetricValue),
    "edition": (Edition,),
    "data_dictionary": (DataDictionary,),
    "metric_definition": (MetricDefinition,),
}


def published_tables() -> dict[str, dict[str, pl.DataType]]:
    """Table name to its columns and types: the versioned contract of the finance file.

    >>> published_tables()["edition"]["edition"]
    Int64
    """
    return {
        name: {
            column: definition.dtype
            for schema in parts
            for column, definition in schema.columns().items()
        }
        for name, parts in sorted(_PARTS.items())
    }


def metric_definitions(catalogue: Mapping[str, Metric]) -> pl.DataFrame:
    """Describe every metric of a company's catalogue; returns MetricDefinition rows by code.

    >>> from transforms.catalogue import CATALOGUE
    >>> metric_definitions(CATALOGUE).filter(pl.col("metric") == "win_rate")["title_zh"].item()
    '成交率'
    """
    own = MetricDefinition.column_names()[1:]
    rows = [
        {"metric": code, **{name: getattr(metric, name) for name in own}}
        for code, metric in sorted(catalogue.items())
    ]
    schema = MetricDefinition.create_empty().schema
    return MetricDefinition.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def data_dictionary() -> pl.DataFrame:
    """Describe every published table and column; returns DataDictionary rows."""
    rows = []
    tables = published_tables()
    for name, parts in sorted(_PARTS.items()):
        doc = (parts[-1] if parts[0] is Reported else parts[0]).__doc__ or ""
        summary = " ".join(doc.split("\n\n")[0].split())
        rows.append((name, "", "table", summary))
        rows += [
            (name, column, str(tables[name][column]), definition.description or column)
            for schema in parts
            for column, definition in schema.columns().items()
        ]
    frame = pl.DataFrame(rows, schema=DataDictionary.column_names(), orient="row")
    return DataDictionary.validate(frame)
