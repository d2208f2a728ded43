"""Hard rules: what holds a file instead of loading it."""

from decimal import Decimal

from flows.errors import RunHeld
from flows.ingest.evaluate import Evaluation


def held(
    name: str, file_name: str, content: Evaluation, on_reject: str, limit: Decimal
) -> RunHeld | None:
    """Say why a file may not be loaded: a reject where none is allowed, or too many of them."""
    if not content.rejected:
        return None
    share = Decimal(content.rejected) / content.rows_read
    if on_reject == "stop":
        rule = 'on_reject = "stop" under [ingest] allows none'
    elif content.rejected > limit * content.rows_read:
        rule = f"max_reject_share under [ingest] allows {limit:.0%}"
    else:
        return None
    worst = content.rejects.group_by("rule").len().sort("len", "rule", descending=[True, False])
    example = content.rejects.row(0, named=True)
    message = (
        f"{file_name}: {content.rejected} of {content.rows_read} rows rejected ({share:.1%}); "
        f"{rule}. Most often: {worst.item(0, 'rule')} ({worst.item(0, 'len')} rows); "
        f"first: row {example['row_number']}, {example['column'] or 'row'}: {example['message']}"
    )
    return RunHeld(
        message,
        where=f"source {name}",
        state="nothing of this file was loaded; the other files were",
        remedy="repair the rows that `fupan check` lists, or change the setting, then run again",
    )
