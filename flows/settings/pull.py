"""`[pull]` of a source: where its export is fetched from before the ingest, and how patiently."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from flows.settings.base import Settings
from flows.settings.rest import RestPull

SCHEMES: Final = ("file", "s3", "sftp", "https", "http")
DIALECTS: Final = ("postgresql", "mysql", "mssql")
_OF_SCHEME: Final = {
    "file": frozenset[str](),
    "s3": frozenset({"endpoint", "region", "addressing", "key_id_env", "secret_env"}),
    "sftp": frozenset({"user", "password_env", "key_file", "known_hosts"}),
    "https": frozenset({"user", "password_env", "token_env"}),
    "http": frozenset({"user", "password_env", "token_env"}),
}


def _refuse_password(url: str) -> None:
    """Refuse a URL with a password; called for the whole model, whose value no error shows."""
    parts = urlsplit(url)
    _ = parts.port  # raises ValueError where it is no number
    if parts.password is not None:
        message = "a password has no place in a URL: name its variable in password_env"
        raise ValueError(message)


Variable = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")]
"""Name of an environment variable that holds a secret."""
CursorValue = datetime | date | int | Decimal | str


class FilesPull(Settings):
    """Files of a folder, of object storage, of an SFTP server, or one file over HTTPS."""

    url: str = Field(
        description="file:///… s3://bucket/… sftp://host/… with * and ?, or https://… of one file"
    )
    take: Literal["all", "newest"] = Field(
        "all", description="newest: each file is the whole truth of its day, take the latest only"
    )
    endpoint: str | None = Field(None, description="s3: address of a store that is not AWS")
    region: str | None = Field(None, description="s3: region of the bucket")
    addressing: Literal["auto", "virtual", "path"] = Field(
        "auto", description="s3: virtual (OSS and COS want it): the bucket is part of the host"
    )
    key_id_env: Variable | None = Field(
        None, description="s3: variable of the access key; none: what the machine is allowed"
    )
    secret_env: Variable | None = Field(None, description="s3: variable of the secret key")
    user: str | None = Field(None, description="sftp, https: user to log in as")
    password_env: Variable | None = Field(None, description="sftp, https: its password")
    token_env: Variable | None = Field(None, description="https: variable of a bearer token")
    key_file: str | None = Field(None, description="sftp: private key; password_env unlocks it")
    known_hosts: str = Field(
        "~/.ssh/known_hosts", description="sftp: file with the public keys of trusted servers"
    )

    @property
    def scheme(self) -> str:
        """How the files are reached."""
        return urlsplit(self.url).scheme

    @model_validator(mode="after")
    def _fits_scheme(self) -> Self:
        _refuse_password(self.url)
        if self.scheme not in SCHEMES:
            message = f"url must begin with one of {', '.join(f'{name}://' for name in SCHEMES)}"
            raise ValueError(message)
        known = _OF_SCHEME[self.scheme] | {"url", "take"}
        if foreign := sorted(self.model_fields_set - known):
            message = f"{', '.join(foreign)} has no meaning for {self.scheme}://"
            raise ValueError(message)
        if self.scheme in {"https", "http"} and "*" in self.url:
            message = "a web server has no list of its files: give the URL of one"
            raise ValueError(message)
        if any("**" in part and part != "**" for part in self.url.split("/")):
            message = "** stands for folders and has to be a part of its own: …/**/*.csv"
            raise ValueError(message)
        if (self.key_id_env is None) != (self.secret_env is None):
            message = "key_id_env and secret_env go together"
            raise ValueError(message)
        return self


class MailPull(Settings):
    """Attachments of the mails in one folder of a mailbox."""

    host: str = Field(min_length=1, description="IMAP server")
    port: int = Field(993, ge=1, le=65535, description="Its port")
    security: Literal["tls", "starttls", "none"] = Field("tls", description="Encryption")
    user: str = Field(min_length=1, description="User to log in as")
    password_env: Variable = Field(description="Variable of the password")
    folder: str = Field("INBOX", description="Folder of the mailbox")
    sender: str | None = Field(None, description="Only mails from this address")
    subject: str | None = Field(None, description="Only mails whose subject holds this")
    attachments: str | None = Field(
        None, description="Only attachments whose name fits this glob; none: that of files"
    )
    days_back: int = Field(35, ge=1, le=3660, description="How far the first pull looks back")


class SqlPull(Settings):
    """Rows of a database, by the query in `sources/NAME.sql`."""

    url: str = Field(description="postgresql://user@host:port/database, mysql://…, mssql://…")
    password_env: Variable | None = Field(None, description="Variable of the password")
    cursor: str | None = Field(
        None, description="Column whose largest value so far is bound to :cursor in the query"
    )
    cursor_start: CursorValue | None = Field(None, description="What the first pull binds")
    query_seconds: int = Field(900, ge=1, le=86_400, description="Most time for one statement")

    @property
    def dialect(self) -> str:
        """Which database it is."""
        return urlsplit(self.url).scheme

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _refuse_password(self.url)
        if self.dialect not in DIALECTS:
            message = f"url must begin with one of {', '.join(f'{name}://' for name in DIALECTS)}"
            raise ValueError(message)
        if (self.cursor is None) != (self.cursor_start is None):
            message = "cursor and cursor_start go together"
            raise ValueError(message)
        return self


class PullSettings(Settings):
    """The whole of `[pull]`: one place, and limits."""

    files: FilesPull | None = Field(None, description="Folder, object storage, SFTP, HTTPS")
    mail: MailPull | None = Field(None, description="A folder of a mailbox (IMAP)")
    sql: SqlPull | None = Field(None, description="A database")
    rest: RestPull | None = Field(None, description="A REST interface")
    timeout_seconds: int = Field(60, ge=1, le=3600, description="Longest silence of the other side")
    max_megabytes: int = Field(2048, ge=1, le=65_536, description="Largest file taken")
    tries: int = Field(5, ge=1, le=10, description="Tries where the fault may pass by itself")
    first_wait_seconds: float = Field(
        2, ge=0, le=60, description="Pause before the second try; it doubles, with some chance"
    )

    @property
    def place(self) -> FilesPull | MailPull | SqlPull | RestPull:
        """The one place."""
        given = (self.files, self.mail, self.sql, self.rest)
        return next(place for place in given if place is not None)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        given = (self.files, self.mail, self.sql, self.rest)
        if sum(place is not None for place in given) != 1:
            message = "give exactly one of [pull.files], [pull.mail], [pull.sql], [pull.rest]"
            raise ValueError(message)
        return self
