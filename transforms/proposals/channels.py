"""A verdict per channel: more (加大), as it is (维持), or pause and mend (暂停并优化) (D-20)."""

from decimal import Decimal

from transforms.proposals.rules import ProposalRules


def channel_verdict(
    returned: Decimal | None,
    spend: Decimal | None,
    customers: Decimal | None,
    rules: ProposalRules,
    quality: str = "same",
    *,
    is_questioned: bool = False,
) -> str:
    """Judge a channel by its gross profit less spend, `returned`, against that spend.

    Returns grow, keep or pause; too_few_cases below the least new customers; no_data where one of
    the three is not known; no_spend where nothing was spent. Of a channel that pays but whose leads
    are poor (`quality` is the verdict of `lead_quality`) nothing more is proposed: improve. Nor of
    one in which a deviation to the worse is found that has yet to be explained: explain.
    Compared crosswise, so that exactly the threshold counts as reached.

    >>> channel_verdict(Decimal(150), Decimal(100), Decimal(12), ProposalRules())
    'grow'
    >>> channel_verdict(Decimal(-1), Decimal(100), Decimal(12), ProposalRules())
    'pause'
    >>> channel_verdict(Decimal(150), Decimal(100), Decimal(3), ProposalRules())
    'too_few_cases'
    """
    if returned is None or spend is None or customers is None:
        return "no_data"
    if spend <= 0:
        return "no_spend"
    if customers < rules.least_customers:
        return "too_few_cases"
    if returned < rules.pause_roi * spend:
        return "pause"
    pays = "explain" if is_questioned else "improve" if quality == "worse" else "grow"
    return "keep" if returned < rules.grow_roi * spend else pays
