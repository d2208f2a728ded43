"""Names of files as they may be shown: none that moves the cursor or turns the text around."""

import unicodedata
from typing import Final

_LONGEST: Final = 120
_TURNING: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that change the direction of writing: `gpj.csv` may then be shown as `vsc.jpg`."""


def is_plain_name(name: str) -> bool:
    r"""Tell whether a name holds nothing that a screen would hide.

    >>> is_plain_name("订单 😀.csv"), is_plain_name("a\x1b[2J.csv"), is_plain_name("a\u202ev.csv")
    (True, False, False)
    """
    return not any(
        sign in _TURNING or unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in name
    )


def shown(name: str) -> str:
    r"""Write a name so that every sign of it can be seen; a very long one is cut.

    >>> shown("订单.csv"), shown("a\nb.csv")
    ('订单.csv', "'a\\nb.csv'")
    """
    if not is_plain_name(name):
        plain = (sign if is_plain_name(sign) else ascii(sign)[1:-1] for sign in name)
        name = f"'{''.join(plain)}'"
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 :]}"
