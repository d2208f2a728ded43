"""What a target needs, worked back from it (D-4): leads, visits, money, orders."""

from decimal import Decimal
from fractions import Fraction


def required_leads(customers: Decimal, conversion: Decimal | Fraction) -> Fraction | None:
    """Leads that so many new customers need; None where nothing converts.

    >>> required_leads(Decimal(1000), Decimal("0.05"))
    Fraction(20000, 1)
    """
    return Fraction(customers) / Fraction(conversion) if conversion else None


def expected_customers(leads: Decimal, conversion: Decimal | Fraction) -> Fraction:
    """New customers that so many leads give.

    >>> expected_customers(Decimal(1000), Decimal("0.15"))
    Fraction(150, 1)
    """
    return Fraction(leads) * Fraction(conversion)


def affordable_customers(budget: Decimal | Fraction, cac: Decimal | Fraction) -> Fraction | None:
    """New customers that a budget buys; None where a customer costs nothing.

    >>> affordable_customers(Decimal(1_000_000), Decimal(2000))
    Fraction(500, 1)
    """
    return Fraction(budget) / Fraction(cac) if cac else None


def affordable_cac(budget: Decimal | Fraction, customers: Decimal) -> Fraction | None:
    """What one new customer may cost.

    >>> affordable_cac(Decimal(1_000_000), Decimal(500))
    Fraction(2000, 1)
    """
    return Fraction(budget) / Fraction(customers) if customers else None
