"""Review contracts of level 2 of a chain: the driver tree and its bridges (D-18)."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c

REFERENCE_KINDS: Final = ("plan", "baseline", "driver_plan", "previous", "last_year")
"""What a bridge starts from: the plan due; the 13 weeks before; the plan by the drivers that it
names (D-2a); the period before; the same period last year."""

ROLES: Final = ("total", "node", "driver", "detail")


class Driver(dy.Schema):
    """Level 2: one row per driver of a case, against what the case is held against.

    Drivers are the leaves of the tree; their parts sum to the gap exactly. The whole tree, with
    its subtotals and other references, is the table `bridge`.
    """

    case_id = c.key("Case")
    driver = c.key("Driver code")
    parent = c.text("Node of the tree that it is part of; 'gap' for the gap itself", required=True)
    position = c.count("Order in the bridge", required=True)
    actual = c.number("Driver now")
    reference = c.number("Driver in the reference")
    contribution = c.number("Part of the gap, in the metric's unit", required=True)
    share = c.ratio("contribution / gap; null where the gap is 0")


class Bridge(dy.Schema):
    """One row per node of a case's driver tree and per reference, in reading order.

    The contribution of a total or a node is the sum of those of its parts, exactly; so is that of
    a driver with details. Rows of role driver sum to the total. Every case has the reference it is
    held against; one that is not within noise has the others that its data allow as well.
    """

    case_id = c.key("Case")
    reference_kind = c.one_of(
        *REFERENCE_KINDS, description="What the bridge starts from", primary_key=True
    )
    node = c.key("Code of the node; 'gap' is the total")
    parent = c.text("Node that it is part of; null for the total")
    position = c.count("Reading order; the total is 0", required=True)
    depth = c.count("Nodes above it; the total has none", required=True)
    role = c.one_of(
        *ROLES,
        description="total, node (a subtotal), driver, or detail (part of one driver)",
        required=True,
    )
    actual = c.number("Value now; null where the node has none of its own")
    reference = c.number("Value in the reference")
    contribution = c.number("Part of actual − reference of the total", required=True)
    share = c.ratio("contribution / that of the total; null where that is 0")
