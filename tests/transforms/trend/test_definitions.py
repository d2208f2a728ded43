"""Metrics as a JSON document: which are understood, which are refused, and why."""

from typing import Any

import pytest

from transforms.trend.definitions import DefinitionError, Formula, Measure, in_order, metrics_of

VIEWS = {"column": "PageViews", "aggf": "sum"}


def formula(operation: str, *names: str, **more: str) -> dict[str, Any]:
    return {"function": {operation: [{"metric": {"name": name}} for name in names]}, **more}


@pytest.mark.parametrize(
    ("entry", "metric"),
    [
        pytest.param(VIEWS, Measure("PageViews", "sum"), id="column"),
        pytest.param(
            {"filter": {"base_column": "n", "query": "c == 'US'"}, "aggf": "mean"},
            Measure("n", "mean", "c == 'US'"),
            id="filter",
        ),
        pytest.param(
            {**VIEWS, "metric_comparison_method": "bps"},
            Measure("PageViews", "sum", is_in_bps=True),
            id="comparison in basis points",
        ),
        pytest.param(
            {**VIEWS, "box_total_scaling": "bps"},
            Measure("PageViews", "sum", is_in_bps=True),
            id="box totals in basis points",
        ),
        pytest.param(
            {**VIEWS, "box_total_scaling": "##MM"}, Measure("PageViews", "sum"), id="scale"
        ),
    ],
)
def test_forms(entry: dict[str, Any], metric: Measure) -> None:
    assert metrics_of({"m": entry}) == {"m": metric}
    assert metrics_of({"metrics": {"m": entry}, "cases": []}) == {"m": metric}


def test_formulas_come_after_their_inputs_in_whatever_order_they_stand() -> None:
    found = metrics_of(
        {
            "share": formula("divide", "gap", "a", metric_comparison_method="bps"),
            "gap": formula("difference", "a", "b"),
            "b": VIEWS,
            "a": VIEWS,
        }
    )
    assert list(found) == ["share", "gap", "b", "a"]
    assert list(in_order(found)) == ["b", "a", "gap", "share"]
    assert found["share"] == Formula("divide", ("gap", "a"), is_in_bps=True)


@pytest.mark.parametrize(
    ("document", "message", "name"),
    [
        pytest.param([], "the document is no JSON object", "", id="list"),
        pytest.param({}, "the document defines no metric", "", id="nothing"),
        pytest.param({"m": "PageViews"}, "'m' is no JSON object", "", id="text"),
        pytest.param({"m": {"aggf": "sum"}}, "it has none", "", id="no kind"),
        pytest.param(
            {"m": {**VIEWS, **formula("sum", "a", "b")}}, "column and function", "", id="two kinds"
        ),
        pytest.param({"m": {"column": "a"}}, "has no aggf", "", id="no aggregation"),
        pytest.param({"m": {"column": "a", "aggf": "summ"}}, "the aggf 'summ'", "summ", id="typo"),
        pytest.param({"m": {**VIEWS, "agf": 1}}, "the key 'agf'", "agf", id="unknown key"),
        pytest.param(
            {"m": {"filter": {"base_column": "a"}, "aggf": "sum"}}, "needs query", "", id="no query"
        ),
        pytest.param({"m": formula("ratio", "a", "b")}, "'ratio'", "ratio", id="operation"),
        pytest.param({"m": formula("sum", "m")}, "two metrics or more", "", id="one input"),
        pytest.param(
            {"Clicks": VIEWS, "m": formula("sum", "Clicks", "Click")},
            "'Click', which is none",
            "Click",
            id="unknown input",
        ),
        pytest.param(
            {"v": VIEWS, "a": formula("sum", "b", "v"), "b": formula("sum", "a", "v")},
            "in a circle: a, b",
            "",
            id="circle",
        ),
        pytest.param({"m": {**VIEWS, "metric_comparison_method": "x"}}, "'x'", "x", id="method"),
    ],
)
def test_what_is_refused(document: object, message: str, name: str) -> None:
    with pytest.raises(DefinitionError, match=message) as caught:
        metrics_of(document)
    assert caught.value.name == name
