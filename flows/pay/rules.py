"""The rules of `[incentives]` as the transforms take them."""

from collections.abc import Iterator, Mapping

from flows.company import Company
from flows.errors import SettingsError, nearest
from flows.settings.incentives import IncentiveSettings
from transforms.catalogue import Metric
from transforms.incentives.rules import (
    Award,
    Commission,
    Excess,
    Increment,
    NewHire,
    ProposalRules,
    Rules,
    Step,
    TeamBonus,
    TeamFactor,
)


def rules_of(company: Company, catalogue: Mapping[str, Metric]) -> Rules | None:
    """The rules of a company, None without `[incentives]`.

    Raises SettingsError for a metric that the catalogue does not hold, or a ratio as base.
    """
    given = company.settings.incentives
    if given is None:
        return None
    for setting, code, must_be_sum in _metrics(given):
        _check(company, setting, code, catalogue, must_be_sum=must_be_sum)
    commission, factor, bonus = given.commission, given.team_factor, given.team_bonus
    return Rules(
        currency=company.settings.company.currency,
        metric=given.metric,
        period=given.period,
        steps=tuple(Step(each.attainment, each.wage_share) for each in given.steps),
        commission=None if commission is None else Commission(commission.metric, commission.rate),
        team_factor=None if factor is None else TeamFactor(factor.attainment, factor.factor),
        excess=tuple(Excess(each.product_line, each.rate) for each in given.excess),
        increment=None
        if given.increment is None
        else Increment(given.increment.growth, given.increment.wage_share),
        team_bonus=None if bonus is None else TeamBonus(bonus.attainment, bonus.wage_share),
        new_hire=None
        if given.new_hire is None
        else NewHire(given.new_hire.within_months, given.new_hire.amount),
        awards=tuple(Award(**each.model_dump()) for each in given.awards),
        proposals=ProposalRules(**given.proposals.model_dump()),
    )


def _metrics(given: IncentiveSettings) -> Iterator[tuple[str, str, bool]]:
    """Each setting that names a metric, the metric, and whether it must be a sum."""
    yield "incentives.metric", given.metric, True
    if given.commission is not None:
        yield "incentives.commission.metric", given.commission.metric, True
    for number, award in enumerate(given.awards):
        yield f"incentives.awards.{number}.metric", award.metric, False


def _check(
    company: Company,
    setting: str,
    code: str,
    catalogue: Mapping[str, Metric],
    *,
    must_be_sum: bool,
) -> None:
    metric = catalogue.get(code)
    if metric is None:
        message = f"{setting} names {code!r}, which is no metric; {nearest(code, catalogue)}"
    elif must_be_sum and metric.is_level:
        message = f"{setting} names {code!r}, which is no sum that could be paid for"
    else:
        return
    where = str(company.folder / "fupan.toml")
    raise SettingsError(message, where=where, remedy="correct it, then run the same command again")
