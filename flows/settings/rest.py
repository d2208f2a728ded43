"""`[pull.rest]` of a source: one resource of a REST interface, page by page."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from flows.settings.base import Settings

Variable = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")]


class Paging(Settings):
    """How the next page is found; the settings of each kind are those of its row."""

    kind: Literal["next_link", "cursor", "offset", "page_number", "header_link", "single"] = Field(
        "single", description="How the next page is found"
    )
    path: str | None = Field(
        None, description="next_link, cursor: where the answer holds the link or the cursor"
    )
    parameter: str | None = Field(
        None, description="cursor, offset, page_number: parameter that asks for the page"
    )
    size: int | None = Field(None, ge=1, le=10_000, description="offset: rows of a page")
    size_parameter: str = Field("limit", description="offset: parameter of that number")
    total_path: str | None = Field(None, description="offset, page_number: where the total stands")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = {
            "next_link": ("path",),
            "cursor": ("path", "parameter"),
            "offset": ("parameter", "size"),
            "page_number": ("parameter",),
        }
        missing = [name for name in needed.get(self.kind, ()) if getattr(self, name) is None]
        if missing:
            message = f"{self.kind} needs {', '.join(missing)}"
            raise ValueError(message)
        return self


class RestPull(Settings):
    """One resource; every record becomes a row, nested fields by their dotted path."""

    url: str = Field(description="https://… of the resource, without parameters")
    parameters: dict[str, str] = Field(
        {}, description="Sent with the first page; {cursor} stands for the cursor"
    )
    records: str = Field("$", description="JSON path of the records in an answer")
    paging: Paging = Paging()
    token_env: Variable | None = Field(None, description="Variable of a bearer token")
    token_url: str | None = Field(
        None, description="Where a token is issued for client_id_env and client_secret_env"
    )
    client_id_env: Variable | None = Field(None, description="Variable of the client's id")
    client_secret_env: Variable | None = Field(None, description="Variable of its secret")
    headers: dict[str, str] = Field({}, description="More headers; no secrets")
    cursor: str | None = Field(None, description="Field (dotted) whose largest value is kept")
    cursor_start: str | None = Field(None, description="What the first pull puts for {cursor}")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query:
            message = "url must be https://… without parameters: they go into [parameters]"
            raise ValueError(message)
        if parts.password is not None:
            message = "a password has no place in a URL"
            raise ValueError(message)
        if (self.cursor is None) != (self.cursor_start is None):
            message = "cursor and cursor_start go together"
            raise ValueError(message)
        is_used = any("{cursor}" in value for value in self.parameters.values())
        if is_used != (self.cursor is not None):
            message = "{cursor} in parameters and the setting cursor go together"
            raise ValueError(message)
        issued = {self.token_url, self.client_id_env, self.client_secret_env}
        if None in issued and issued != {None}:
            message = "token_url, client_id_env and client_secret_env go together"
            raise ValueError(message)
        return self
