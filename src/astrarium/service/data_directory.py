"""The data directory: what one installation keeps beside its program, such as wider ephemeris tables.

Settled from an environment that the caller hands in: the command line's own, or the one that the service's settings
are read from.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

VARIABLE: Final = "ASTRARIUM_DATA"
IS_ROOT: Final = os.geteuid() == 0


def data_directory(
    environment: Mapping[str, str], platform: str = sys.platform, *, is_root: bool | None = None
) -> Path | None:
    """`ASTRARIUM_DATA`; else the custom of the platform; `None` where not even a home is known.

    `~/Library/Application Support/astrarium` on macOS; elsewhere `$XDG_DATA_HOME/astrarium`, by default
    `~/.local/share/astrarium`. Root's (by default, whether this process is root's) is the machine's own, not root's
    home: the user whom root lends the database to cannot pass there. It need not exist.
    """
    home = environment.get("HOME", "").strip()
    given = environment.get(VARIABLE, "").strip()
    if given:
        return Path(home + given[1:] if home and given.startswith("~/") else given).absolute()
    shared = environment.get("XDG_DATA_HOME", "").strip()
    if platform != "darwin" and shared.startswith("/"):  # the XDG rules pass over a relative one
        return Path(shared) / "astrarium"
    if IS_ROOT if is_root is None else is_root:
        return Path(
            "/Library/Application Support/astrarium" if platform == "darwin" else "/var/lib/astrarium"
        )
    if not home:
        return None
    custom = "Library/Application Support" if platform == "darwin" else ".local/share"
    return Path(home) / custom / "astrarium"


def make_passable(directory: Path) -> None:
    """Make a directory and those above it that are missing, so that others may pass whatever our umask.

    Private things in it are private themselves; the user whom root lends the database to has to come to his.
    """
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(0o755)


def tables_of(data: str | Path | None) -> Path | None:
    """Where the ephemeris tables of a data directory lie."""
    return Path(data) / "ephemeris" if data else None
