"""5-Why cases as trees and lines in the terminal; a narrow one folds words and loses none."""

from collections.abc import Iterable

from rich.text import Text
from rich.tree import Tree

from flows.output import OUT, literal
from flows.render.wording import Wording
from flows.why.words import plain
from transforms.views.book import Book
from transforms.views.cases import Case, deviation_of, gap_of
from transforms.views.cells import Group, Sentence, say
from transforms.views.findings import cause, in_brackets, then
from transforms.views.stories import Branch, story


def print_chains(book: Book, found: Iterable[Case], words: Wording) -> None:
    """Print each case as a tree: the claim at the root, a branch for each level."""
    for case in found:
        told = story(book, case)
        head = Text.assemble((f"{case.row['rank']}. ", "bold"), literal(plain(told.claim, words)))
        tree = Tree(head)
        for level in told.levels:
            title = f"{level.number} {words.text('level_titles', str(level.number))}"
            basis = words.text("bases", level.basis)
            if level.share is not None:
                basis = f"{basis}, {plain(level.share, words)}"
            branch = tree.add(Text.assemble((title, "bold"), f" ({basis})"))
            _grow(branch, level.branches, words)
        if told.actions:
            _grow(tree.add(Text(words.text("why", "actions"), "bold")), told.actions, words)
        OUT.print(tree, highlight=False)


def _grow(tree: Tree, branches: Iterable[Branch], words: Wording) -> None:
    for branch in branches:
        _grow(tree.add(literal(plain(branch.said, words))), branch.branches, words)


def print_list(book: Book, found: tuple[Case, ...], words: Wording) -> None:
    """Print a line for each case: rank, what is off, by how much, and why in short."""
    given = book.inputs
    if not found:
        OUT.print(words.text("why", "nothing"))
        return
    about = {
        "company": given.company,
        "week": given.parameters.week.label,
        "count": str(len(found)),
    }
    OUT.print(literal(words.text("why", "cases").format(**about)), style="bold", soft_wrap=True)
    width = len(str(max(case.row["rank"] for case in found)))
    for case in found:
        line = f"{case.row['rank']:>{width}}  {plain(line_of(book, case), words)}"
        OUT.print(literal(line), highlight=False, soft_wrap=True)


def line_of(book: Book, case: Case) -> Sentence:
    """A case in one sentence."""
    why = Group((say("within_noise"),)) if case.row["is_within_noise"] else cause(book, case)
    return say(
        "case_line",
        scope=book.scope_of(case.row),
        metric=book.name(case.row["metric"]),
        period=book.span_of(case.row),
        gap=gap_of(book, case),
        relative=in_brackets(deviation_of(book, case)),
        actual=case.actual,
        reference=case.reference,
        cause=then(why),
    )
