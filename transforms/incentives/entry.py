"""One line of a pay calculation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from transforms.incentives.amounts import pay
from transforms.incentives.people import Person


@dataclass(frozen=True)
class Source:
    """Where an amount comes from: whose value reached what."""

    metric: str | None = None
    scope_kind: str | None = None
    scope: str | None = None
    achieved: Decimal | None = None
    target: Decimal | None = None
    threshold: Decimal | None = None


@dataclass(frozen=True)
class Entry:
    """amount = base × rate × factor of one rule for one person."""

    person: Person
    period: tuple[date, date]
    rule: str
    base_kind: Literal["wage", "metric", "fixed"]
    base: Decimal | None
    currency: str
    rate: Decimal = Decimal(1)
    factor: Decimal = Decimal(1)
    subject: str = ""
    source: Source = Source()

    @property
    def amount(self) -> Decimal | None:
        """The amount to the cent; None where the base is not known."""
        return None if self.base is None else pay(self.base, self.rate, self.factor)

    def row(self) -> dict[str, object]:
        """The row of `Incentive`."""
        return {
            "rep_id": self.person.rep_id,
            "period_start": self.period[0],
            "period_end": self.period[1],
            "rule": self.rule,
            "subject": self.subject,
            "rep_name": self.person.name,
            "team": self.person.team,
            "base_kind": self.base_kind,
            "base": self.base,
            "rate": self.rate,
            "factor": self.factor,
            "amount": self.amount,
            "currency": self.currency,
            **vars(self.source),
        }
