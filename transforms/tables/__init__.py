"""Every table is a class; this is where they are found by name."""

import re
from typing import Final

import dataframely as dy

from transforms.tables import answers, crm, erp, given, organisation, pay, plan, service


def _entities(*modules: object) -> dict[str, type[dy.Schema]]:
    found = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, dy.Schema) and value is not dy.Schema
    }
    return dict(sorted(found.items()))


ENTITIES: Final[dict[str, type[dy.Schema]]] = _entities(
    answers, crm, erp, given, organisation, pay, plan, service
)
"""Entity name (the core table's name) to its contract; adding a class adds an entity."""

PAY_ENTITIES: Final = frozenset(_entities(pay))
"""Entities that show what people earn: they are in no readers' copy and no finance file."""
