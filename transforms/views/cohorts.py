"""Who orders again, cohort by cohort, and what a customer is worth (D-14)."""

from decimal import Decimal

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Figure, Sentence, Term, Text, counted, exact, say
from transforms.views.customer_rows import money, own_rows
from transforms.views.model import Column, Page, Table

MOST_COHORTS = MOST_QUARTERS = 9


def cohorts_page(book: Book) -> Page:
    """Cohort repurchase; in the company's pack also LTV and CAC.

    The lifetime model is fitted to the customers of the whole company, so no team's pack shows it.
    """
    cohorts = _cohorts(book)
    model = next(iter(book.rows("lifetime_model")), None) if book.is_company else None
    blocks = tuple(block for block in (cohorts, _worth(model)) if block)
    if not blocks:
        few = say("cohorts_few", least=counted(_least(book)))
        none = few if own_rows(book, "cohort_repurchase") else say("cohorts_none")
        return Page("cohorts", "cohorts", none, starts_page=False)
    return Page("cohorts", "cohorts", _headline(book, model), blocks, starts_page=False)


def _headline(book: Book, model: Row | None) -> Sentence:
    if model is not None and model["ltv_cac"] is not None:
        return say(
            "worth_ltv_cac",
            ltv=_whole(model["new_customer_value"]),
            cac=_whole(model["cac"]),
            times=_times(model["ltv_cac"]),
        )
    if model is not None and model["state"] == "refused":
        return say("worth_refused", model=Text(model["model"]))
    rows = _judged(book)
    return say("cohorts", cohorts=counted(len({row["cohort_start"] for row in rows})))


def _cohorts(book: Book) -> Table | None:
    rows = _judged(book)
    starts = sorted({row["cohort_start"] for row in rows}, reverse=True)
    if not starts:
        return None
    by_cohort = {(row["cohort_start"], row["quarters_since"]): row for row in rows}
    shown = starts[:MOST_COHORTS]
    quarters = range(min(max(row["quarters_since"] for row in rows) + 1, MOST_QUARTERS))
    return Table(
        "cohorts",
        (
            Column("cohort", width=14),
            Column("customers", "number", 9),
            *(
                Column("quarters_since", "number", 77 // len(quarters), Figure(Decimal(number)))
                for number in quarters
            ),
        ),
        tuple(
            (
                Text(f"{start:%Y-%m}"),
                counted(by_cohort[start, 0]["customers"]),
                *(_again(by_cohort.get((start, number))) for number in quarters),
            )
            for start in shown
        ),
        more=len(starts) - len(shown),
        note=say("cohorts_key", least=counted(_least(book))),
    )


def _judged(book: Book) -> list[Row]:
    """The rows of cohorts with enough customers for a share of them to say anything."""
    return [row for row in own_rows(book, "cohort_repurchase") if row["customers"] >= _least(book)]


def _least(book: Book) -> int:
    return book.parameters.lights_of("repurchase_rate").minimum_cases


def _again(row: Row | None) -> Cell:
    if row is None:
        return Text(None)
    found = Figure(exact(row["repurchase_share"]), "attainment")
    return found if row["is_complete"] else say("so_far", value=found)


def _worth(model: Row | None) -> Table | None:
    if model is None:
        return None
    cells: list[tuple[str, Cell]] = [("model", Text(model["model"]))]
    if model["state"] == "refused":
        cells.append(("refused", Text(model["detail"])))
    else:
        cells += [
            ("horizon", counted(model["horizon_months"])),
            ("value_basis", Term("value_basis", model["value_basis"])),
            ("held_out", _held_out(model)),
            ("total_value", _quoted(model["total_value"])),
            ("ltv", _quoted(model["new_customer_value"])),
        ]
    cells += [("cac", _cac(model)), ("ltv_cac", _times(model["ltv_cac"]))]
    return Table(
        "customer_worth",
        (Column("worth_item", width=36), Column("worth_value", width=64)),
        tuple((Term("worth", name), cell) for name, cell in cells),
        is_mixed=True,
    )


def _held_out(model: Row) -> Cell:
    predicted = exact(model["predicted_purchases"])
    if predicted is None:
        return Text(None)
    return say(
        "held_out",
        predicted=Figure(predicted.quantize(Decimal(1))),
        actual=counted(model["actual_purchases"]),
    )


def _cac(model: Row) -> Cell:
    if model["cac"] is None:
        return Figure(None, "money", "no_data")
    return say(
        "cac",
        cac=_whole(model["cac"]),
        spend=money(model["acquisition_spend"]),
        customers=counted(model["new_customers"]),
    )


def _quoted(value: float | None) -> Cell:
    return say("quoted", value=_whole(value))


def _whole(value: float | None) -> Figure:
    found = exact(value)
    return money(None if found is None else found.quantize(Decimal(1)))


def _times(value: float | None) -> Figure:
    found = exact(value)
    rounded = None if found is None else found.quantize(Decimal("0.1"))
    return Figure(rounded, "ratio", "ok" if rounded is not None else "no_data")
