"""What every settings model has in common, and how a TOML file becomes one."""

import tomllib
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from flows.errors import SettingsError, nearest


class Settings(BaseModel):
    """Frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


S = TypeVar("S", bound=Settings)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises SettingsError with the line where it is no TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        message = f"{path.name} is missing"
        raise SettingsError(message, where=str(path), remedy="fupan init DIR") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.name} is not valid TOML: {error}"
        remedy = "correct the line named, then `fupan check`"
        raise SettingsError(message, where=str(path), remedy=remedy) from error


def parse(model: type[S], data: dict[str, Any], path: Path) -> S:
    """Make a settings model of a file's content; raises SettingsError naming key and value."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [_line(model, dict(problem)) for problem in error.errors()]
        raise SettingsError(
            f"{path.name} has {len(lines)} wrong setting(s):\n" + "\n".join(lines),
            where=str(path),
            remedy="correct the file, then `fupan check`",
        ) from error


def _line(model: type[Settings], problem: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        hint = nearest(str(problem["loc"][-1]), _fields(model, problem["loc"][:-1]))
        return f"  {place}: no such setting; {hint}"
    value = problem.get("input")
    shown = "" if isinstance(value, dict) else f" (given: {value!r})"
    return f"  {place}: {problem['msg']}{shown}"


def _fields(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Name the settings that are known at a place: `columns.created_on` are a column's."""
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(part))
            here = field.annotation if field else None
        else:  # a place in a table or list: its content is described by the last type argument
            here = next((kind for kind in reversed(get_args(here)) if kind is not Ellipsis), None)
        if get_origin(here) in {Union, UnionType}:
            here = next((kind for kind in get_args(here) if kind is not NoneType), None)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return list(here.model_fields)
    return []
