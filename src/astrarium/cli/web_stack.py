"""The service's packages are an extra of the installation: whoever needs them says so when they are missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from astrarium.cli.errors import ServerExtraMissing

WEB_STACK: Final = frozenset(
    {
        "aiosmtplib",
        "alembic",
        "argon2",
        "asyncpg",
        "backports",
        "brotli",
        "croniter",
        "cryptography",
        "httptools",
        "jinja2",
        "litestar",
        "pgqueuer",
        "pyotp",
        "sqlalchemy",
        "uuid_utils",
        "uvicorn",
        "uvloop",
        "valkey",
    }
)


@contextmanager
def web_stack() -> Iterator[None]:
    """A block that imports the service. Raises `ServerExtraMissing` where the extra is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module in WEB_STACK:
            raise ServerExtraMissing(module) from error
        raise
