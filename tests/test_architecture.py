"""The rules of docs/architecture.md that a reader relies on and a linter does not know."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from flows.paths import ROOT, part

TRANSFORMS: Final = sorted(part("transforms").rglob("*.py"))
FLOWS: Final = sorted(part("flows").rglob("*.py"))
GENERATORS: Final = sorted(part("examples").rglob("*.py"))
TESTS: Final = sorted(part("tests").rglob("*.py"))
STATEMENTS: Final = sorted(part("sql").rglob("*.sql"))

PURE: Final = frozenset(
    [
        "__future__",
        "abc",
        "bisect",
        "calendar",
        "collections",
        "dataclasses",
        "datetime",
        "difflib",
        "json",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "itertools",
        "math",
        "numbers",
        "operator",
        "re",
        "statistics",
        "string",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
        "zoneinfo",
        "dataframely",
        "numpy",
        "polars",
        "transforms",
    ]
)
"""The only packages that transforms may import: nothing with I/O, clock or environment."""

CLOCK: Final = frozenset({"now", "today", "utcnow"})
NO_NAMES: Final = frozenset({"common", "helper", "helpers", "manager", "util", "utils", "misc"})
SQL_TEXT: Final = re.compile(
    r"\s*(select\s.+\sfrom\s|with\s+\w+\s+as\s*\(|insert\s+into\s|update\s+\S+\s+set\s"
    r"|delete\s+from\s|(create|drop|alter)\s+(or\s+replace\s+)?(temp\w*\s+)?(table|view|schema)\s"
    r"|attach\s+(if|database|'|\")|copy\s+\S+\s+(to|from)\s)",
    re.IGNORECASE | re.DOTALL,
)


def cases(paths: list[Path]) -> list[object]:
    """One case for each file, named by its path."""
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in paths]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(module: ast.Module) -> set[str]:
    names = {
        alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    return names | {
        node.module or "." for node in ast.walk(module) if isinstance(node, ast.ImportFrom)
    }


def documented(module: ast.Module) -> Iterator[tuple[str, bool]]:
    """Yield each public function, class and method, and whether it has a docstring."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    outer = [node for node in module.body if isinstance(node, kinds)]
    inner = [
        node
        for each in outer
        if isinstance(each, ast.ClassDef)
        for node in each.body
        if isinstance(node, kinds)
    ]
    for node in (*outer, *inner):
        if not node.name.startswith("_"):
            yield node.name, ast.get_docstring(node) is not None


def texts(module: ast.Module) -> Iterator[ast.Constant]:
    """Yield every string that is not a docstring or a comment in the form of one."""
    bare = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node


@pytest.mark.parametrize("path", cases(TRANSFORMS))
def test_transforms_are_pure(path: Path) -> None:
    module = tree(path)
    allowed = {name for name in imported(module) if name in PURE or name.split(".")[0] in PURE}
    assert imported(module) - allowed == set()
    clock = [
        f"line {node.lineno}: {node.attr}"
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in CLOCK
    ]
    assert clock == []
    opened = [
        f"line {node.lineno}: {node.func.id}"
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"open", "print", "input", "exec", "eval", "__import__"}
    ]
    assert opened == []


@pytest.mark.parametrize("path", cases(GENERATORS))
def test_examples_stand_on_their_own(path: Path) -> None:
    assert {"flows", "transforms"}.isdisjoint(name.split(".")[0] for name in imported(tree(path)))


def test_examples_hold_code_only_in_the_generator() -> None:
    kinds = {".py", ".sql", ".sh"}
    code = [path for path in part("examples").rglob("*") if path.suffix in kinds]
    assert [path for path in code if "generator" not in path.parts] == []


@pytest.mark.parametrize("path", cases(TRANSFORMS + FLOWS + GENERATORS))
def test_errors_are_never_swallowed(path: Path) -> None:
    wide = [
        f"line {node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and ast.unparse(node.body[-1]) != "raise"
    ]
    assert wide == []


@pytest.mark.parametrize("path", cases(TRANSFORMS + FLOWS))
def test_sql_lives_in_sql_files(path: Path) -> None:
    found = [
        f"line {node.lineno}: {node.value[:40]}"
        for node in texts(tree(path))
        if isinstance(node.value, str) and SQL_TEXT.match(node.value)
    ]
    assert found == []


@pytest.mark.parametrize("path", cases(TRANSFORMS + FLOWS))
def test_public_names_are_documented(path: Path) -> None:
    module = tree(path)
    assert ast.get_docstring(module) is not None
    assert [name for name, is_documented in documented(module) if not is_documented] == []


@pytest.mark.parametrize("path", cases(TRANSFORMS + FLOWS + GENERATORS + TESTS + STATEMENTS))
def test_files_stay_small_and_plainly_named(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300
    assert NO_NAMES.isdisjoint({path.stem, *path.relative_to(ROOT).parts[:-1]})


@pytest.mark.parametrize("path", cases(STATEMENTS))
def test_a_statement_says_what_it_is(path: Path) -> None:
    first, *rest = path.read_text("utf-8").splitlines()
    assert first.startswith("-- ")
    body = "\n".join(line for line in rest if not line.lstrip().startswith("--"))
    assert body.strip().rstrip(";").count(";") == 0, "one statement a file"


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        pytest.param("select a from b", True, id="query"),
        pytest.param("\n  with x as (select 1)", True, id="cte"),
        pytest.param("create or replace table a (b int)", True, id="ddl"),
        pytest.param("attach 'x.duckdb' as y", True, id="attach"),
        pytest.param("select a company first", False, id="a message"),
        pytest.param("with the week as given", False, id="another message"),
    ],
)
def test_sql_is_told_from_a_message(text: str, is_sql: bool) -> None:
    assert bool(SQL_TEXT.match(text)) == is_sql


def deployments() -> list[dict[str, Any]]:
    document = yaml.safe_load(part("prefect.yaml").read_text("utf-8"))
    return list(document["deployments"])


@pytest.mark.parametrize("deployment", [pytest.param(d, id=d["name"]) for d in deployments()])
def test_a_deployment_names_a_flow_that_exists(deployment: dict[str, Any]) -> None:
    file, function = deployment["entrypoint"].split(":")
    flows = {
        node.name: [ast.unparse(decorator) for decorator in node.decorator_list]
        for node in tree(ROOT / file).body
        if isinstance(node, ast.FunctionDef)
    }
    assert any(text.startswith("flow(") for text in flows[function])
    assert deployment["name"] == function.replace("_", "-") == Path(file).stem.replace("_", "-")


@pytest.mark.parametrize("deployment", [pytest.param(d, id=d["name"]) for d in deployments()])
def test_a_writer_never_runs_twice_at_once(deployment: dict[str, Any]) -> None:
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


@pytest.mark.parametrize(
    "schedule",
    [
        pytest.param(schedule, id=f"{d['name']}-{schedule.get('slug')}")
        for d in deployments()
        for schedule in d.get("schedules", [])
    ],
)
def test_a_schedule_has_zone_slug_and_parameters(schedule: dict[str, Any]) -> None:
    assert {"slug", "timezone", "parameters", "cron"} <= schedule.keys()
    hour = int(schedule["cron"].split()[1])
    assert hour not in {1, 2, 3}, "an hour that daylight saving may skip or repeat"


def test_no_module_of_flows_hides_one_of_pythons_own() -> None:
    """Prefect puts the folder of a deployment's file on the path.

    flows/calendar.py would then be the `calendar` that every library imports.
    """
    hidden = [path.name for path in FLOWS if path.stem in sys.stdlib_module_names]
    assert [name for name in hidden if part("flows", name).exists()] == []
