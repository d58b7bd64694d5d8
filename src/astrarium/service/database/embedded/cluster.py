"""A cluster: made whole or not at all, reached by password alone, its settings written anew at each start."""

import pwd
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from astrarium.service.database.embedded import tuning
from astrarium.service.database.embedded.place import PORT, Place, own
from astrarium.service.database.embedded.programs import run

OWNER: Final = "astrarium"
"""The server's superuser, which owns the database of the same name."""
SETTINGS_FILE: Final = "astrarium.conf"
OWN_SETTINGS_FILE: Final = "own.conf"
_SETTINGS: Final = f"include '{SETTINGS_FILE}'\ninclude_if_exists '../{OWN_SETTINGS_FILE}'\n"
_FIRST: Final = ("CREATE EXTENSION pg_stat_statements", f"CREATE DATABASE {OWNER}")
_WHO_MAY_CONNECT: Final = "local all all scram-sha-256\nlocal replication all scram-sha-256\n"


def address_in(place: Place) -> URL:
    """The address of the service's database in a private server."""
    return URL.create(
        "postgresql+asyncpg",
        username=OWNER,
        password=place.password_file.read_text().strip(),
        database=OWNER,
        query={"host": str(place.socket_directory)},
    )


def make_cluster(place: Place, cluster: Path, programs: Path, user: pwd.struct_passwd | None) -> None:
    """Make `cluster` with an empty database for the service. Until it is whole it bears another name.

    Raises `EmbeddedServerFailed`.
    """
    unfinished = cluster.with_name(f"{cluster.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    run(
        "make its cluster", programs / "initdb", "-D", unfinished, "-U", OWNER, "--auth=trust", "--data-checksums",
        "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", user=user,
    )  # fmt: skip
    _write(unfinished / "pg_hba.conf", _WHO_MAY_CONNECT, user)
    _write(unfinished / "postgresql.conf", _SETTINGS, user)
    configure(unfinished, place, {}, user)
    _run_alone(unfinished, programs, user, *_FIRST, _password_statement(place))
    unfinished.rename(cluster)


def configure(
    cluster: Path, place: Place, options: Mapping[str, str], user: pwd.struct_passwd | None
) -> None:
    """Write the settings for this machine, and `options` after them; an operator's own file is only begun."""
    own_settings = cluster.parent / OWN_SETTINGS_FILE
    if not own_settings.exists():
        _write(own_settings, "# PostgreSQL's settings of your own, which win over Astrarium's.\n", user)
    settings = tuning.settings(tuning.memory_bytes()) | {"log_directory": str(place.logs)} | dict(options)
    _write(cluster / SETTINGS_FILE, tuning.written(settings), user)


def settle_password(place: Place, cluster: Path, programs: Path, user: pwd.struct_passwd | None) -> None:
    """Where the password was lost, give the owner of a stopped cluster a new one."""
    if not _password(place):
        _run_alone(cluster, programs, user, _password_statement(place))


def _password(place: Place) -> str:
    return place.password_file.read_text().strip() if place.password_file.exists() else ""


def _password_statement(place: Place) -> str:
    """Give the owner the password of the file, which is written first where there is none."""
    password = _password(place) or secrets.token_urlsafe(32)
    place.password_file.touch(mode=0o600)
    place.password_file.write_text(password)
    return f"ALTER ROLE {OWNER} PASSWORD '{password}'"


def _run_alone(cluster: Path, programs: Path, user: pwd.struct_passwd | None, *statements: str) -> None:
    """Run statements in a stopped cluster, where nobody can connect."""
    run(
        "set its password", programs / "postgres", "--single", "-D", cluster, "-c", "exit_on_error=on",
        "-c", "logging_collector=off", "-c", "log_destination=stderr", "template1",
        user=user, given="".join(f"{statement}\n" for statement in statements),
    )  # fmt: skip


def command(cluster: Path, place: Place, programs: Path) -> list[str]:
    """How the server is started: what no settings file can change is said here."""
    fixed = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(place.socket_directory),
        "unix_socket_permissions": "0700",
    }
    options = [word for name, value in fixed.items() for word in ("-c", f"{name}={value}")]
    return [str(programs / "postgres"), "-D", str(cluster), *options]


def _write(file: Path, text: str, user: pwd.struct_passwd | None) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
    own(file, user)
