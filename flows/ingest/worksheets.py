"""Filled worksheets as they arrive: one of another company, week or pack is refused (D-20)."""

from flows.company import Company
from flows.ingest.batch import Batch, Candidate
from flows.ingest.evaluate import Evaluation, Into, evaluate
from flows.worksheet.identity import refuse_foreign, refuse_unknown_cases
from flows.worksheet.source import ENTITY as ANSWER


def looked_at(
    company: Company, plan: Batch, file: Candidate, into: Into | None = None
) -> Evaluation:
    """Read and type a file as `evaluate` does; raises FileUnreadable for a foreign worksheet.

    What comes from the archive has passed before, and is judged there by nothing but itself: so
    the warehouse stays a function of archive and journal. Answers to cases that no pack has shown
    are refused even where the file does not say whose it is.
    """
    is_new = plan.configuration.source.entity == ANSWER and not (plan.is_reload or plan.repair)
    if is_new and plan.configuration.source.format == "excel":
        refuse_foreign(company, file.path, file.file_name)
    content = evaluate(file.path, plan.source, plan.configuration, into)
    if is_new:
        refuse_unknown_cases(company, content.rows, file.path, file.file_name)
    return content
