"""What is wrong with a rejected row or a value that points nowhere, in the words of the locale."""

from typing import Final

from transforms.views.book import Row
from transforms.views.cells import Cell, Group, Sentence, Text, say

MORE: Final = "…"
"""What stands for all values of a rule that are not named."""

REJECTED: Final = frozenset(
    {
        *("missing", "not_yes_or_no", "impossible_date", "not_a_date", "not_a_number"),
        *("not_a_whole_number", "unmapped_value", "unknown_value", "out_of_range"),
        *("no_exchange_rate", "separator_in_part", "cells_do_not_fit", "quote_never_closed"),
        *("unknown_stage", "names_a_case", "says_why_or_what_to_do", "action_has_an_owner"),
        *("action_has_a_due_day", "effect_names_its_metric", "ends_after_it_starts"),
        *("amount_not_negative", "value_is_a_fraction", "share_is_positive", "rate_is_positive"),
        *("closed_deal_has_a_close_date", "close_is_not_before_opening"),
        *("weights_name_their_parts", "planned_end_after_start"),
    }
)
"""Rules that reject a row, without the column; `wrong_<rule>` words them."""

FOUND: Final = frozenset(
    {
        *("unknown_account", "unknown_rep", "unknown_owner", "unknown_product"),
        *("unknown_channel", "unknown_campaign", "unknown_opportunity", "unknown_lead"),
        *("unknown_invoice", "unmatched_lookup", "ambiguous_lookup", "empty_lookup"),
        *("duplicate_key", "key_of_another_source", "unmapped_column", "no_rows"),
        *("target_without_owner", "plan_children_exceed_parent", "plan_parent_unknown"),
        *("plan_budget_reserve", "plan_undecomposed"),
    }
)
"""Rules of findings, which `wrong_<rule>` words."""


_LISTED: Final = frozenset({"unmapped_value", "unknown_value", "unknown_stage", "duplicate_key"})
"""Rules whose hint lists several values."""
HINTED: Final = _LISTED | {
    *("separator_in_part", "cells_do_not_fit", "unknown_account", "unknown_rep", "unknown_owner"),
    *("unknown_product", "unknown_channel", "unknown_campaign", "unknown_opportunity"),
    *("unknown_lead", "unknown_invoice", "unmatched_lookup", "ambiguous_lookup", "empty_lookup"),
    "key_of_another_source",
}
"""Rules that cannot be worded without their hint."""


def complaint(row: Row) -> Cell:
    """Word a reject or a finding; one that no rule here words is told as the ingest wrote it.

    So is a row rejected before there were hints whose words have a gap without one.

    `row` has rule, value, message, hint; the rule of a cell begins with its column.
    """
    rule = row["rule"].rpartition("|")[2]
    if str(row["value"]).startswith(MORE) and row["hint"]:
        return _said("more_values", row)
    is_worded = rule in REJECTED | FOUND and not (rule in HINTED and row["hint"] is None)
    return _said(rule, row) if is_worded else Text(row["message"])


def _said(rule: str, row: Row) -> Sentence:
    listed = row["hint"].split(", ") if rule in _LISTED and row["hint"] else [row["hint"]]
    hint = Group(tuple(Text(each) for each in listed), "list")
    return say(f"wrong_{rule}", value=Text(row["value"]), hint=hint)
