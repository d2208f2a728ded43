"""A proposal shown to a person, and the source file written."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.company import Company, open_company
from flows.errors import UsageError
from flows.mapping.document import source_text
from flows.mapping.opened import opened
from flows.mapping.propose import Proposal, Wish, propose
from flows.mapping.trial import Trial, trial
from flows.output import OUT, print_json, print_table
from flows.settings import CompanySettings, SourceSettings
from flows.settings.base import parse
from flows.settings.company import IngestSettings
from flows.settings.questions import Question, open_keys, questions


def map_exports(
    files: Sequence[Path],
    wish: Wish,
    folder: Path | None,
    *,
    is_written: bool = True,
    as_json: bool = False,
) -> list[str]:
    """Propose a source file for each export, for the company in `folder`, and write it there.

    Returns the open questions of all. Raises FileUnreadable for a file that cannot be read,
    UsageError where a source file of that name exists, SettingsError for a wrong company folder.
    """
    company = open_company(folder) if folder is not None else None
    if company is not None:
        wish = wished(company, wish)
    settings = company.settings if company else None
    documents: list[dict[str, Any]] = []
    asked: list[str] = []
    with opened(files, settings.ingest if settings else IngestSettings()) as exports:
        for export in exports:
            proposal = propose(export, wish)
            text = source_text(proposal)
            target = source_file(company, proposal.name) if company and is_written else None
            found = checked(text, target or Path(f"{proposal.name}.toml"))
            tried = None if found else _tried(proposal, text, settings)
            asked += [question.key for question in found]
            if target is not None:
                target.parent.mkdir(exist_ok=True)
                target.write_text(text, "utf-8")
            documents.append(_document(proposal, text, found, target, tried))
            if not as_json:
                _print(documents[-1], proposal, target)
    if as_json:
        print_json(documents)
    return asked


def wished(company: Company, wish: Wish) -> Wish:
    """Complete what the caller said with what the company's settings say."""
    settings = company.settings
    stages = {stage.name: stage.outcome for stage in settings.stages}
    return Wish(wish.name, wish.entity, settings.company.currency, stages)


def source_file(company: Company, name: str) -> Path:
    """Where a proposal is written; raises UsageError where such a file exists."""
    path = company.folder / "sources" / f"{name}.toml"
    if path.exists():
        message = f"sources/{name}.toml 已存在，没有改动 / exists and was not touched"
        raise UsageError(message, where=str(path), remedy="give another --name, or use --print")
    return path


def checked(text: str, path: Path) -> list[Question]:
    """Find the open questions of a source file's text; without any it must load as it stands."""
    document = tomllib.loads(text)
    if open_keys(document):
        return questions(text, document)
    parse(SourceSettings, document, path)
    return []


def _tried(proposal: Proposal, text: str, settings: CompanySettings | None) -> Trial | None:
    """Try a file that is small enough to be read at once."""
    if not proposal.survey.is_whole:
        return None
    path = proposal.survey.path
    source = parse(SourceSettings, tomllib.loads(text), path)
    stages = tuple(stage.name for stage in settings.stages) if settings else ()
    zone = settings.company.time_zone if settings else "UTC"
    return trial(path, proposal.name, source, zone, stages)


def _document(
    proposal: Proposal,
    text: str,
    found: Sequence[Question],
    target: Path | None,
    tried: Trial | None,
) -> dict[str, Any]:
    parsed = tomllib.loads(text)
    reasons = {line.target: line for line in proposal.columns.taken}
    is_own = proposal.ready is None
    columns = []
    for name, value in parsed["columns"].items():
        line = reasons.get(name) if is_own else None
        columns.append(
            {
                "column": name,
                "from": _origin(value),
                "confidence": line.confidence if line else None,
                "reason": line.reason if line else f"现成映射 / ready map {proposal.ready_name}",
            }
        )
    return {
        "file": str(proposal.survey.path),
        "written": None if target is None else str(target),
        "name": proposal.name,
        "entity": parsed["entity"],
        "rows": proposal.survey.rows,
        "read": proposal.survey.read,
        "ready_map": proposal.ready_name or None,
        "columns": columns,
        "not_used": proposal.unused if is_own else [],
        "questions": [
            {"line": each.line, "key": each.key, "question": each.text} for each in found
        ],
        "trial": tried.text if tried else None,
        "text": text,
    }


def _origin(value: object) -> str:
    """Say shortly where a column comes from."""
    if not isinstance(value, dict):
        return str(value)
    for name in ("source", "value", "product_of", "joined", "generate", "until_next"):
        if name in value:
            rest = {key: inner for key, inner in value.items() if key not in {name, "map"}}
            more = " ".join(f"{key}={inner}" for key, inner in rest.items())
            shown = value[name] if name == "source" else f"{name}: {value[name]}"
            return f"{shown} {more}".strip()
    return "cases" if "cases" in value else "?"


def _print(document: dict[str, Any], proposal: Proposal, target: Path | None) -> None:
    title = f"{proposal.survey.path.name} → {document['entity']} ({document['rows']} rows)"
    print_table(title, document["columns"], ["column", "from", "confidence", "reason"])
    OUT.print(proposal.reason, markup=False, highlight=False)
    if document["trial"]:
        OUT.print(document["trial"], markup=False, highlight=False, soft_wrap=True)
    for each in document["questions"]:
        text = f"? {each['line']}: {each['key']}  {each['question']}"
        OUT.print(text, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if target is None:
        OUT.print(document["text"], markup=False, highlight=False, soft_wrap=True)
        return
    count = len(document["questions"])
    following = (
        f'下一步：回答 {count} 个 "?"，再运行 / next: answer {count} "?", then: fupan check'
        if count
        else "下一步：把文件放进 inbox/，再运行 / next: put the file into inbox/, then: fupan check"
    )
    for text in (f"已写入 / written: {target}", following):
        OUT.print(text, markup=False, highlight=False, soft_wrap=True)
