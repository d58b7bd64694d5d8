"""Where settings come from: a file, the environment, options. Every fault of all of them is found in one pass."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args, get_origin

import msgspec
from msgspec import Meta

PREFIX: Final = "ASTRARIUM_"
WITHOUT_PREFIX: Final = {
    "database_url": "DATABASE_URL",
    "database_replica_urls": "DATABASE_REPLICA_URLS",
    "valkey_url": "VALKEY_URL",
}
"""Fields whose variables have the names that platforms set for every program."""
OF_A_FILE: Final = "_FILE"
"""Behind the variable of a secret: the name of a file that holds it."""
CONFIGURATION: Final = f"{PREFIX}CONFIG"
"""The variable that names the settings file."""
OF_THE_COMMAND_LINE: Final = frozenset({f"{PREFIX}TRACEBACK"})

Types = Mapping[str, Any]
"""The type of each setting by its name."""


class Given(msgspec.Struct, frozen=True):
    """One value as it was given, and where: `option`, a variable's name, or a file's path."""

    value: Any
    origin: str


class Sources:
    """What was given, by the names of settings; `faults` is one line about each that cannot be used."""

    def __init__(self, types: Types) -> None:
        self.types = types
        self.given: dict[str, Given] = {}
        self.faults: list[str] = []

    def read_file(self, path: str) -> None:
        """Take the keys of a TOML file."""
        try:
            table = tomllib.loads(Path(path).read_text("utf-8"))
        except OSError as error:
            self.faults.append(f"The settings file {path} cannot be read: {error.strerror}")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.faults.append(f"The settings file {path} is not TOML: {error}")
        else:
            for name, value in table.items():
                if name in self.types:
                    self.given[name] = Given(value, path)
                else:
                    self.faults.append(f"{path}: {name} is no setting{_meant(name, list(self.types))}")

    def read_environment(self, environment: Mapping[str, str]) -> None:
        """Take every variable of ours; an empty one counts as not given."""
        variables = {variable_of(name): name for name in self.types}
        files = {variable_of(name) + OF_A_FILE: name for name in self.types if hidden(self.types[name])}
        for variable in sorted(environment):
            text = environment[variable].strip()
            if variable in variables:
                if text:
                    self._take(variables[variable], text, variable)
            elif variable in files:
                if text:
                    self._take_contents(files[variable], text, variable)
            elif variable.startswith(PREFIX) and variable not in {CONFIGURATION, *OF_THE_COMMAND_LINE}:
                self.faults.append(f"{variable} is no setting{_meant(variable, list(variables))}")

    def read_options(self, options: Mapping[str, Any]) -> None:
        """Take what the command line gave; None is not given."""
        self.given |= {name: Given(value, "option") for name, value in options.items() if value is not None}

    def values(self) -> dict[str, Any]:
        """The values by their types; what is of another type becomes a fault."""
        values = {}
        for name, given in self.given.items():
            try:
                values[name] = msgspec.convert(given.value, self.types[name], strict=False)
            except msgspec.ValidationError as error:
                shown = "given" if hidden(self.types[name]) else repr(given.value)
                self.faults.append(f"{self._called(name)} is {shown}: {_plain(str(error))}")
        return values

    def _take(self, name: str, text: str, origin: str) -> None:
        value = _listed(text) if _is_list(self.types[name]) else text
        self.given[name] = Given(value, origin)

    def _take_contents(self, name: str, path: str, variable: str) -> None:
        try:
            self._take(name, Path(path).read_text("utf-8").strip(), f"{variable} ({path})")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            self.faults.append(f"{variable}: {path} cannot be read: {reason}")

    def _called(self, name: str) -> str:
        origin = self.given[name].origin
        return (
            variable_of(name)
            if origin == "option" or origin.startswith(variable_of(name))
            else f"{origin}: {name}"
        )


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return WITHOUT_PREFIX.get(name, PREFIX + name.upper())


def hidden(kind: Any) -> str | None:  # noqa: ANN401  (any type annotation)
    """What of a setting is never shown: `all` of it, its `password`, or nothing (`None`)."""
    for meta in _metas(kind):
        if meta.extra and "hidden" in meta.extra:
            return str(meta.extra["hidden"])
    return None


def _metas(kind: Any) -> Iterator[Meta]:  # noqa: ANN401
    yield from (meta for meta in getattr(kind, "__metadata__", ()) if isinstance(meta, Meta))
    for part in get_args(kind):
        yield from _metas(part)


def _is_list(kind: Any) -> bool:  # noqa: ANN401
    return get_origin(kind) is tuple or any(_is_list(part) for part in get_args(kind))


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:].replace("`", "")


def _meant(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.75)
    return f", did you mean {close[0]}?" if close else ""
