"""What the packs of a review are made from."""

import polars as pl

from flows.company import Company
from flows.review import Review
from transforms.tables.review import Restatement
from transforms.views import PackInputs


def pack_inputs(
    company: Company, review: Review, restated: pl.DataFrame | None = None
) -> PackInputs:
    """Give what every pack of a review sees; `restated` is what an edition changes (Restatement).

    Tables: those of the review, the plan and CRM entities, and the deals that are open.
    """
    settings = company.settings
    tables = {**review.tables, **review.records, "open_deal": review.facts["open_deal"].collect()}
    tables["restatement"] = Restatement.create_empty() if restated is None else restated
    return PackInputs(
        company=settings.company.name,
        currency=settings.company.currency,
        parameters=review.parameters,
        catalogue=review.catalogue,
        tables=tables,
        reserve=settings.plan.reserve,
        sources={name: source.title for name, source in company.sources.items()},
    )
