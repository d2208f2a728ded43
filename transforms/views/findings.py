"""At most three findings of page 1: the claim, what stands behind it, where to look."""

from transforms.scopes import COMPANY
from transforms.views.book import Book, Row
from transforms.views.cases import Case, deviation_of, driver_name, gap_of
from transforms.views.cells import (
    Delta,
    Group,
    Sentence,
    Text,
    counted,
    day_of,
    figure,
    quoted,
    say,
)
from transforms.views.citing import cite
from transforms.views.model import Finding
from transforms.views.pipeline import overdue_days, waiting_contracts
from transforms.views.places import members_of

MOST = 3


def findings(book: Book, cases: tuple[Case, ...]) -> tuple[Finding, ...]:
    """The first cases with a page, one per metric and scope; then a contract that waits."""
    seen: set[tuple[str, str]] = set()
    told: list[Finding] = []
    for case in cases:
        about = (case.row["metric"], case.row["scope"])
        if case.has_page and about not in seen:
            seen.add(about)
            told.append(Finding(claim(book, case), _detail(book, case), case.anchor))
    contracts = _contract_findings(book)
    kept = told[: MOST - len(contracts[:1])]
    return (*kept, *contracts)[:MOST]


def claim(book: Book, case: Case) -> Sentence:
    """What is off, by how much, and which driver and segment carry it."""
    row = case.row
    kind = "claim_below" if row["gap"] < 0 else "claim_above"
    return say(
        f"{kind}_{row['reference_kind']}",
        case.anchor,
        scope=book.scope_of(row),
        metric=book.name(row["metric"]),
        period=book.span_of(row),
        gap=gap_of(book, case),
        actual=case.actual,
        reference=case.reference,
        relative=in_brackets(deviation_of(book, case)),
        cause=then(cause(book, case)),
    )


def in_brackets(deviation: Delta) -> Group | Sentence:
    """A deviation in brackets; nothing where there is none."""
    return Group(()) if deviation.value is None else say("in_brackets", what=deviation)


def cause(book: Book, case: Case) -> Group:
    """The driver's and the segment's share of the gap, where they are known."""
    driver, segment = case.top_driver, case.top_segment
    parts: list[Sentence] = []
    if driver is not None and driver["share"] is not None and len(case.drivers) > 1:
        share = figure(driver, "share", "share")
        name = driver_name(book, case, driver["driver"])
        parts.append(say("cause_driver", driver=name, share=share))
    if segment is not None:
        share = figure(segment, "share", "share")
        parts.append(say("cause_segment", segment=members_of(book, segment), share=share))
    return Group(tuple(parts), "clause")


def then(why: Group) -> Group | Sentence:
    """Append why; nothing where nothing is known."""
    return say("then_cause", why=why) if why.cells else why


def _detail(book: Book, case: Case) -> Sentence | None:
    if case.row["is_within_noise"]:
        return say("detail_noise")
    if not case.questions:
        return None
    question = case.questions[-1]
    return say(
        "detail_question",
        level=figure(question, "level"),
        asked_of=asked_of(book, question),
        due=day_of(question, "due_on"),
    )


def asked_of(book: Book, question: Row) -> Text:
    """Who is asked; where nobody is on record, the company."""
    who = question["asked_of"]
    return Text(book.inputs.company) if who in {None, COMPANY} else quoted(question, "asked_of")


def _contract_findings(book: Book) -> list[Finding]:
    found = []
    for row in waiting_contracts(book):
        days = overdue_days(book, row["approval_due_on"])
        if days is not None and row["amount"] is not None:
            sentence = say(
                "claim_contract",
                "deals",
                contract=quoted(row, "contract_name", "contract_id"),
                step=quoted(row, "approval_step"),
                days=counted(days, cite(row, "approval_due_on", rule="days_since")),
                amount=figure(row, "amount", "money"),
            )
            found.append((row["amount"], Finding(sentence, None, "deals")))
    return [finding for _, finding in sorted(found, key=lambda item: -item[0])]
