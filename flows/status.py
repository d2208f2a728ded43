"""What has been loaded, published and sent."""

from typing import Any

from flows.company import Company
from flows.finance import CURRENT
from flows.manifest import manifests
from flows.records import ops_table
from flows.warehouse import readers_copy


def company_status(company: Company) -> dict[str, Any]:
    """Editions, loads and open findings of a company as plain data; empty where it never ran."""
    finance_file = company.published / CURRENT
    loads, findings = [], []
    if company.committed.exists():
        with readers_copy(company) as connection:
            loads = ops_table(connection, "file").sort("load_number").to_dicts()
            findings = ops_table(connection, "finding").to_dicts()
    return {
        "company": company.settings.company.name,
        "editions": [
            {
                "week": manifest.week,
                "edition": manifest.edition,
                "known_at": manifest.known_at,
                "reason": manifest.reason,
                "packs": len(manifest.packs),
            }
            for manifest in manifests(company)
        ],
        "loads": loads,
        "findings": findings,
        "finance_file": str(finance_file) if finance_file.exists() else None,
    }
