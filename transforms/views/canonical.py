"""The identity of a pack: the same content gives the same bytes, on any machine."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from transforms.views.model import PackView


def canonical(view: PackView) -> bytes:
    """Write a view as canonical JSON: sorted keys, decimals as text, no edition, no run time.

    Where a cell is from is no part of it: what is shown is the pack.
    """
    plain = _plain(view)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def identity(view: PackView) -> str:
    """The sha-256 of the canonical view, in hexadecimal."""
    return hashlib.sha256(canonical(view)).hexdigest()


def _plain(value: object) -> Any:  # noqa: ANN401 (JSON has no narrower type)
    if is_dataclass(value) and not isinstance(value, type):
        body = {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if field.compare
        }
        return {"is": type(value).__name__, **body}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    message = f"a view holds a {type(value).__name__}, which has no canonical form"
    raise TypeError(message)


def _digits(value: Decimal) -> str:
    """Write a number with neither exponent nor trailing zeros: 540.0000 and 5.4E+2 are 540."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
