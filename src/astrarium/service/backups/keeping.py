"""One backup more in a folder, and the oldest away."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy.engine import URL

from astrarium.service.database.backup import archive
from astrarium.service.database.backup.dumping import back_up

FOLDER: Final = "backups"
"""What the folder is called in the data directory."""
_OURS: Final = re.compile(r"astrarium-\d{8}T\d{6}Z\.zip")
_UNFINISHED: Final = ".astrarium-*.unfinished"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that was made, and how many there are now."""

    file: str
    size_bytes: int
    count: int


def back_up_into(folder: Path, url: URL, *, kept: int, now: datetime) -> Kept:
    """Write a backup of the database at `url` into `folder`, read it back, then delete all but the last `kept`.

    Only files that bear the name of such a backup are deleted. Nothing is where the new one is not whole. Raises what
    `back_up` and `checked_manifest` raise, and `OSError`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(_UNFINISHED):  # by a process that died over it
        left.unlink(missing_ok=True)
    path = folder / f"astrarium-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    back_up(url, path, now)
    with archive.read(path) as written:
        archive.checked_manifest(written, path)
    there = sorted(one for one in folder.iterdir() if _OURS.fullmatch(one.name))
    for old in there[:-kept]:
        old.unlink(missing_ok=True)
    return Kept(file=path.name, size_bytes=path.stat().st_size, count=min(len(there), kept))
