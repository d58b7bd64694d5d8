"""The only reader of the environment: every choice of an operator, validated whole before anything starts."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from astrarium.errors import AstrariumError
from astrarium.service.data_directory import data_directory

PREFIX = "ASTRARIUM_"
WITHOUT_PREFIX = {"DATABASE_URL": "database_url"}
"""Names that platforms set for every program."""
OF_THE_COMMAND_LINE = frozenset({"ASTRARIUM_TRACEBACK"})

Port = Annotated[int, Meta(ge=0, le=65535)]
LogLevel = Literal["debug", "info", "warning", "error"]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one service runs. Each field is the environment variable `ASTRARIUM_<FIELD>`; command-line options win."""

    host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    """Address to listen on: `0.0.0.0` for every IPv4 interface, `::` for IPv6."""
    port: Port = 8000
    """Port to listen on; 0 takes a free one, and the ready line names it."""
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    """Web processes that share the port; one per core is a good start."""
    database_url: str | None = None
    """Address of a PostgreSQL 15 or newer, `postgresql://…`; without one, a private server in the data directory."""
    data: str | None = None
    """The data directory, whose ephemeris tables serve in place of those that ship; `load` knows the user's own."""
    body_limit_bytes: Annotated[int, Meta(ge=1024, le=16_777_216)] = 65_536
    """Largest body of an ordinary request."""
    bulk_body_limit_bytes: Annotated[int, Meta(ge=1024, le=268_435_456)] = 2_097_152
    """Largest body of `POST /api/v1/charts/bulk`."""
    bulk_limit: Annotated[int, Meta(ge=1, le=100_000)] = 1000
    """Most charts in one bulk request."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names the service answers to, separated by commas; empty answers to any."""
    https: bool = False
    """Whether people reach the service over HTTPS: then it sends Strict-Transport-Security."""
    log_level: LogLevel = "info"
    """Least severe message that is logged."""
    access_log: bool = False
    """Whether each request is logged: method, path without its query, status, duration and request id."""
    shutdown_timeout_s: Annotated[int, Meta(ge=0, le=3600)] = 30
    """How long requests in flight may take after SIGTERM before they are cut off."""
    keep_alive_s: Annotated[int, Meta(ge=1, le=3600)] = 15
    """How long an idle connection stays open."""


class InvalidSettings(AstrariumError):
    """Some settings cannot be used; `faults` says one line about each."""

    code: ClassVar[str] = "invalid_settings"

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults), hint="docs/howto/run-the-service.md lists every setting.")


def load(environment: Mapping[str, str], **options: Any) -> Settings:  # noqa: ANN401  (typed by Settings)
    """Read the settings from `environment`; an option that is not None wins over its variable.

    Raises `InvalidSettings` that names every unknown or unusable variable at once, so that one look mends them all.
    """
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    given: dict[str, Any] = {}
    faults = []
    ours = {name for name in environment if name.startswith(PREFIX)} - OF_THE_COMMAND_LINE
    for variable in sorted(ours):
        name = variable.removeprefix(PREFIX).lower()
        if name not in types:
            faults.append(_unknown(name, list(types)))
            continue
        text = environment[variable].strip()
        if text:
            given[name] = _split(text) if name == "allowed_hosts" else text
    given |= {
        name: text for known, name in WITHOUT_PREFIX.items() if (text := environment.get(known, "").strip())
    }
    if (data := data_directory(environment)) is not None:
        given["data"] = str(data)
    given |= {name: value for name, value in options.items() if value is not None}
    values: dict[str, Any] = {}
    for name, value in given.items():
        try:
            values[name] = msgspec.convert(value, types[name], strict=False)
        except msgspec.ValidationError as error:
            faults.append(f"{PREFIX}{name.upper()} is {value!r}: {_plain(str(error))}")
    if faults:
        raise InvalidSettings(faults)
    return Settings(**values)


def _split(text: str) -> list[str]:
    return [part.strip().lower() for part in text.split(",") if part.strip()]


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:].replace("`", "")


def _unknown(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    meant = f", did you mean {PREFIX}{close[0].upper()}?" if close else ""
    return f"{PREFIX}{name.upper()} is no setting{meant}"
