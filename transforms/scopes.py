"""Scopes: the ways a figure of the company is cut (domain §4)."""

from typing import Final

COMPANY: Final = "company"
"""Scope kind and, at the same time, the one scope of that kind."""

UNASSIGNED: Final = "未分配"
"""The scope of whatever has no owner, so that children always add up (D-29)."""

SCOPE_KINDS: Final = ("company", "region", "team", "rep", "product_line", "channel")
SCOPE_COLUMNS: Final = SCOPE_KINDS[1:]
"""Every fact carries one non-null column per scope kind below the company."""
