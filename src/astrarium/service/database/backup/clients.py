"""PostgreSQL's client programs of the wheel, which find their way by the environment: no password in a process list."""

import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from astrarium.service.database.embedded.programs import environment, programs

CONNECT_TIMEOUT_S: Final = "10"


def client(name: str) -> Path:
    """The path of one of the wheel's client programs. Raises `EmbeddedServerFailed` where it is not installed."""
    return programs() / name


def way_to(url: URL) -> dict[str, str]:
    """The environment in which a client program connects to `url`."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    way = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username or query.get("user"),
        "PGPASSWORD": url.password or query.get("password"),
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("ssl"),
        "PGCONNECT_TIMEOUT": CONNECT_TIMEOUT_S,
        "PGAPPNAME": "astrarium db",
    }
    return environment({name: value for name, value in way.items() if value})


def run_shell(url: URL) -> int:
    """Run psql on this terminal until its user leaves it; return its exit code."""
    return subprocess.run([client("psql")], env=way_to(url), check=False).returncode  # noqa: S603  (the wheel's)
